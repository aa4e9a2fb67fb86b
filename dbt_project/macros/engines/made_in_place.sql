{#-
    Tables and views on DuckDB. dbt's own way is for a database that is read meanwhile: it makes each under another name, renames it and drops what
    was there, by separate statements. The candidate is not read while it is built. So each is made under its name, in one statement with its
    descriptions.
-#}
{% materialization table, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='table') -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement('main') -%}
    {{ create_table_as(false, relation, compiled_code) }}
    {{ described(relation) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{% materialization view, adapter='duckdb' -%}
    {%- set relation = this.incorporate(type='view') -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- call statement('main') -%}
    {{ create_view_as(relation, compiled_code) }}
    {{ described(relation) }}
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [relation]}) }}
{%- endmaterialization %}

{#- The descriptions of a table and its columns, as statements: DuckDB refuses a description of a column that is not there. -#}
{% macro described(relation) -%}
    {%- if config.persist_relation_docs() and model.description %}
    comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(model.description) }};
    {%- endif -%}
    {%- if config.persist_column_docs() %}
    {%- for name, column in model.columns.items() if column.description %}
    comment on column {{ relation }}.{{ name }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
