{#- Where people are, in the words of meta.caseload_locations: prison apart by custody status. `relation` has `location` and `custody_status`. -#}
{% macro place_in_words(relation) -%}
    case
        when {{ relation }}.location = 'prison' and {{ relation }}.custody_status = 'unreleased' then 'In prison, never released'
        when {{ relation }}.location = 'prison' then 'In prison, on recall'
        when {{ relation }}.location = 'community' then 'On licence in the community'
        when {{ relation }}.location = 'hospital' then 'In secure hospital, restricted patients'
        when {{ relation }}.location = 'unlawfully_at_large' then 'Unlawfully at large'
    end
{%- endmacro %}

{% macro places_in_order() -%}
    {{ return([
        'In prison, never released',
        'In prison, on recall',
        'On licence in the community',
        'In secure hospital, restricted patients',
        'Unlawfully at large',
        'Total',
    ]) }}
{%- endmacro %}
