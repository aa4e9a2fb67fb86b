{#- Whole years as a band, named as in the published figures: under_1_year, 1_to_under_2_years; null stays null. -#}
{% macro year_band(years) -%}
    case
        when {{ years }} = 0 then 'under_1_year'
        when {{ years }} > 0 then
            cast({{ years }} as {{ dbt.type_string() }}) || '_to_under_'
            || cast({{ years }} + 1 as {{ dbt.type_string() }}) || '_years'
    end
{%- endmacro %}

{#- The band of a tariff in the published table of unreleased people: its bands after the first include their upper limit. -#}
{% macro tariff_band(sentenced_on, tariff_expiry_on) -%}
    case
        when {{ tariff_expiry_on }} is null or {{ sentenced_on }} is null then 'not_available'
        when {{ tariff_expiry_on }} < {{ plus_years(sentenced_on, 2) }} then 'under_2_years'
        when {{ tariff_expiry_on }} <= {{ plus_years(sentenced_on, 4) }} then '2_to_4_years'
        when {{ tariff_expiry_on }} <= {{ plus_years(sentenced_on, 6) }} then 'over_4_to_6_years'
        when {{ tariff_expiry_on }} <= {{ plus_years(sentenced_on, 10) }} then 'over_6_to_10_years'
        else 'over_10_years'
    end
{%- endmacro %}
