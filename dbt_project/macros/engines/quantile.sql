{#- A quantile of a column, between two values where it falls between them, as a piece of SQL to aggregate with. -#}
{% macro quantile(column, share) -%}
    {{ return(adapter.dispatch('quantile', 'ipp')(column, share)) }}
{%- endmacro %}
{% macro default__quantile(column, share) -%} quantile_cont({{ column }}, {{ share }}) {%- endmacro %}
