with words as (
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
        authority,
        table_number,
        source_file,
        source_sheet,
        source_cell,
        -- A release that gives a figure twice has one vintage of it: that of its first table.
        row_number() over (
            partition by measure, breakdown, period_type, period_start, period_end, publication, release_id
            order by {{ vintage_order() }}
        ) = 1 as is_vintage_of_release
    from {{ ref('int_figures_with_latest') }}
    where not is_silence
),

in_order as (
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
        source_file,
        source_sheet,
        source_cell,
        row_number() over figure_in_time as vintage_number,
        lag(value) over figure_in_time as old_value,
        lag(value_status) over figure_in_time as old_value_status,
        lag(publication) over figure_in_time as old_publication,
        lag(release_id) over figure_in_time as old_release_id,
        lag(published_on) over figure_in_time as old_published_on
    from words
    where is_vintage_of_release
    -- The order of is_latest from its end: the last vintage is the latest.
    window figure_in_time as (
        partition by measure, breakdown, period_type, period_start, period_end
        order by {{ vintage_order(latest_first=false) }}
    )
),

changes as (
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
        source_file,
        source_sheet,
        source_cell,
        old_value,
        old_value_status,
        old_publication,
        old_release_id,
        old_published_on,
        case
            when vintage_number = 1 then 'first_published'
            when value_status = 'suppressed' and old_value_status <> 'suppressed' then 'suppressed'
            when value is null and old_value is not null then 'withdrawn'
            when old_value_status = 'suppressed' and value is not null then 'no_longer_suppressed'
            when old_value is null and value is not null then 'added'
            when value = old_value or value is null then 'status_changed'
            when publication <> old_publication then 'differs_between_publications'
            else 'revised'
        end as event,
        row_number() over figure_in_time - 1 as revision_number,
        lead(release_id) over figure_in_time is null as is_current
    from in_order
    where
        vintage_number = 1
        or value is distinct from old_value
        or value_status <> old_value_status
    window figure_in_time as (
        partition by measure, breakdown, period_type, period_start, period_end
        order by vintage_number
    )
)

select
    measure,
    breakdown,
    period_type,
    period_start,
    period_end,
    cast(revision_number as integer) as revision_number,
    event,
    old_value,
    value as new_value,
    value - old_value as change,
    unit,
    old_value_status,
    value_status as new_value_status,
    old_publication,
    old_release_id,
    old_published_on,
    source_kind,
    publication,
    release_id,
    published_on,
    source_file,
    source_sheet,
    source_cell,
    is_current
from changes
