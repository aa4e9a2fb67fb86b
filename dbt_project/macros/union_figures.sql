{#-
    The figures of several relations, one after the other, in the columns that all landed tables share.
    `condition` is put to each row of each relation.
-#}
{% macro union_figures(relations, condition='true') -%}
    {%- for relation in relations -%}
    {%- if not loop.first %}
    union all
    {% endif -%}
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        qualifier,
        note_texts,
        source_kind,
        publication,
        release_id,
        published_on,
        authority,
        table_number,
        table_title,
        source_file,
        source_sheet,
        source_cell
    from {{ relation }}
    where {{ condition }}
    {%- endfor %}
{%- endmacro %}
