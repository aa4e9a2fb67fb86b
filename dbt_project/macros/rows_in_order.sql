{#- Rows of every table under a contract are in the order of its columns, so that the same inputs give the same bytes in every export. -#}
{% macro duckdb__get_select_subquery(sql) %}
{{ default__get_select_subquery(sql) }}
order by all
{%- endmacro %}
