{{ config(materialized='view') }}

-- For scripts of the first version, which know the published figures by this name.
select
    measure,
    breakdown,
    period_type,
    period_start,
    period_end,
    value,
    unit,
    value_status,
    source_kind,
    publication,
    release_id,
    published_on,
    table_number,
    table_title,
    source_file,
    source_sheet,
    source_cell,
    is_latest,
    qualifier,
    note_texts,
    authority
from {{ ref('published_figures') }}
