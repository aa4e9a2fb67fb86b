{#- Schemas are named as configured (`marts`, not `main_marts`): the file is read by people. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{- (custom_schema_name or target.schema) | trim -}}
{%- endmacro %}
