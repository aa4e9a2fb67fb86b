{#- A union of many small queries as one: Spark starts a task and writes a file for each part of a union. -#}
{% macro in_one_part(sql) -%}
    {{ return(adapter.dispatch('in_one_part', 'ipp')(sql)) }}
{%- endmacro %}
{% macro default__in_one_part(sql) -%} {{ sql }} {%- endmacro %}
{% macro spark__in_one_part(sql) -%}
    select /*+ coalesce(1) */ * from ({{ sql }}) as parts
{%- endmacro %}
