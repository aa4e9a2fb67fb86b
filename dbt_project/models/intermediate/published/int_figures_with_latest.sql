with figures as (
    {{ union_figures([ref('int_published_figures')]) }}
)

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
    source_cell,
    -- In a rebuilt workbook [x] means that we hold no cited figure. The publisher did not mark it unavailable.
    source_kind = 'rebuilt' and value_status = 'unavailable' as is_silence,
    {{ is_latest_vintage() }} as is_latest
from figures
