{#- A model `published_recalls` is the table `published.recalls`: dbt wants names that are used once, readers want short ones. -#}
{% macro generate_alias_name(custom_alias_name=none, node=none) -%}
    {%- if custom_alias_name -%}
    {{ custom_alias_name | trim }}
    {%- else -%}
    {{ node.name | replace('published_', '') if node.resource_type == 'model' and node.name.startswith('published_') else node.name }}
    {%- endif -%}
{%- endmacro %}
