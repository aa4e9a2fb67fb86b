{#- A quantile of a column, between two values where it falls between them, as a piece of SQL to aggregate with. -#}
{% macro quantile(column, share) -%}
    {{ return(adapter.dispatch('quantile', 'ipp')(column, share)) }}
{%- endmacro %}
{% macro default__quantile(column, share) -%} quantile_cont({{ column }}, {{ share }}) {%- endmacro %}
{% macro spark__quantile(column, share) -%} percentile({{ column }}, {{ share }}) {%- endmacro %}

{#- Athena has an approximate one only, so this takes the two values on either side from the sorted list. -#}
{% macro athena__quantile(column, share) -%}
{%- set values = 'array_sort(array_agg(cast(' ~ column ~ ' as double)) filter (where ' ~ column ~ ' is not null))' -%}
{%- set place = '(' ~ share ~ 'e0 * (count(' ~ column ~ ') - 1))' -%}
    element_at({{ values }}, cast(floor({{ place }}) as integer) + 1)
    + ({{ place }} - floor({{ place }})) * (
        element_at({{ values }}, cast(ceiling({{ place }}) as integer) + 1)
        - element_at({{ values }}, cast(floor({{ place }}) as integer) + 1)
    )
{%- endmacro %}
