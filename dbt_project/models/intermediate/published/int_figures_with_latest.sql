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
    -- A rebuilt workbook prints [x] where we hold no cited figure: our silence, not the publisher's word.
    source_kind = 'rebuilt' and value_status = 'unavailable' as is_silence,
    row_number() over (
        partition by measure, breakdown, period_type, period_start, period_end
        order by
            case when source_kind = 'rebuilt' and value_status = 'unavailable' then 1 else 0 end asc,
            published_on desc,
            -- Of one day: the publisher's own file before our rebuilding of it, and a re-issue before what it re-issues.
            case source_kind when 'official' then 1 when 'rebuilt' then 2 else 3 end asc,
            authority asc,
            publication asc,
            release_id desc,
            -- From here on nothing is decided between releases; it keeps the choice the same on every run.
            table_number asc,
            source_file asc,
            source_sheet asc,
            source_cell asc
    ) = 1 as is_latest
from figures
