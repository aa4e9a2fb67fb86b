{#- The last value of a column that is not null in a window: `{{ last_known('status') }} over so_far`. -#}
{% macro last_known(column) -%}
    {{ return(adapter.dispatch('last_known', 'ipp')(column)) }}
{%- endmacro %}
{% macro default__last_known(column) -%} last_value({{ column }} ignore nulls) {%- endmacro %}
{% macro spark__last_known(column) -%} last_value({{ column }}) ignore nulls {%- endmacro %}
{% macro athena__last_known(column) -%} last_value({{ column }}) ignore nulls {%- endmacro %}
