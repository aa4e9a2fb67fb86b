{#-
    The columns that every mart of published figures ends with, one set for each figure: what is said, and the cell that says it.
    `relation` is the name the figure goes by in the query.
-#}
{% macro figure_columns(relation) -%}
    {{ relation }}.value,
    {{ relation }}.unit,
    {{ relation }}.value_status,
    {{ relation }}.qualifier,
    {{ relation }}.note_texts,
    {{ relation }}.source_kind,
    {{ relation }}.publication,
    {{ relation }}.release_id,
    {{ relation }}.published_on,
    {{ relation }}.table_number,
    {{ relation }}.table_title,
    {{ relation }}.source_file,
    {{ relation }}.source_sheet,
    {{ relation }}.source_cell
{%- endmacro %}
