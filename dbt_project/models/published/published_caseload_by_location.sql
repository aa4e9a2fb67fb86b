with locations as (
    select
        location,
        location_order,
        measure
    from {{ ref('caseload_locations') }}
    where is_published_part
),

figures as (
    select
        locations.location,
        figures.period_end as part_as_at,
        {{ figure_columns('figures') }}
    from {{ ref('int_figures_with_latest') }} as figures
    inner join locations on figures.measure = locations.measure
    where
        figures.is_latest
        and not figures.is_silence
        and figures.breakdown = ''
),

positions as (
    select distinct part_as_at as position_as_at
    from figures
),

-- For each day and each location the newest day on or before it for which the publisher gave a figure.
newest_days as (
    select
        positions.position_as_at,
        locations.location,
        locations.location_order,
        max(figures.part_as_at) as part_as_at
    from positions
    cross join locations
    left join figures
        on
            locations.location = figures.location
            and positions.position_as_at >= figures.part_as_at
    group by positions.position_as_at, locations.location, locations.location_order
),

parts as (
    select
        newest_days.position_as_at,
        newest_days.location,
        newest_days.location_order,
        newest_days.part_as_at,
        cast({{ days_between('newest_days.part_as_at', 'newest_days.position_as_at') }} as integer) as days_apart,
        figures.value,
        'people' as unit,
        coalesce(figures.value_status, 'unavailable') as value_status,
        coalesce(figures.qualifier, '') as qualifier,
        coalesce(figures.note_texts, 'Nothing published for this day or before it') as note_texts,
        coalesce(figures.source_kind, 'derived') as source_kind,
        coalesce(figures.publication, '') as publication,
        coalesce(figures.release_id, '') as release_id,
        figures.published_on,
        coalesce(figures.table_number, '') as table_number,
        coalesce(figures.table_title, '') as table_title,
        coalesce(figures.source_file, '') as source_file,
        coalesce(figures.source_sheet, '') as source_sheet,
        coalesce(figures.source_cell, '') as source_cell
    from newest_days
    left join figures
        on
            newest_days.location = figures.location
            and newest_days.part_as_at = figures.part_as_at
),

-- Four published figures are a total when they are of one day; over several days their sum has another name.
totals as (
    select
        position_as_at,
        {{ joined_text(
            "location || ' ' || coalesce(cast(part_as_at as " ~ dbt.type_string() ~ "), 'never published')",
            "'; '",
            'location_order'
        ) }} as part_dates,
        case when count(part_as_at) = count(*) then max(days_apart) end as total_spans_days,
        case when count(value) = count(*) then sum(value) end as sum_across_days,
        case when count(value) = count(*) and max(days_apart) = 0 then sum(value) end as value,
        case
            when count(value) = count(*) and max(days_apart) > 0 then 'not_applicable'
            when count(value) = count(*) and bool_or(value_status = 'provisional') then 'provisional'
            when count(value) = count(*) then 'final'
            when bool_or(value_status = 'suppressed') then 'suppressed'
            else 'unavailable'
        end as value_status,
        max(published_on) as published_on
    from parts
    group by position_as_at
),

rows_of_both as (
    select
        position_as_at,
        location,
        location_order,
        part_as_at,
        days_apart,
        coalesce(days_apart = 0, false) as is_same_day,
        cast(null as integer) as total_spans_days,
        '' as part_dates,
        cast(null as double) as sum_across_days,
        value,
        unit,
        value_status,
        qualifier,
        note_texts,
        source_kind,
        publication,
        release_id,
        published_on,
        table_number,
        table_title,
        source_file,
        source_sheet,
        source_cell
    from parts
    union all
    select
        position_as_at,
        'all' as location,
        0 as location_order,
        cast(null as date) as part_as_at,
        cast(null as integer) as days_apart,
        coalesce(total_spans_days = 0, false) as is_same_day,
        total_spans_days,
        part_dates,
        sum_across_days,
        value,
        'people' as unit,
        value_status,
        '' as qualifier,
        case
            when value is not null then 'Adds figures of one day'
            when sum_across_days is null then 'No total: not every location has a number'
            else 'No total: the figures are of the different days in part_dates'
        end as note_texts,
        'derived' as source_kind,
        '' as publication,
        '' as release_id,
        published_on,
        '' as table_number,
        '' as table_title,
        '' as source_file,
        '' as source_sheet,
        '' as source_cell
    from totals
)

select
    rows_of_both.position_as_at,
    rows_of_both.position_as_at = max(rows_of_both.position_as_at) over () as is_latest_position,
    rows_of_both.location,
    rows_of_both.location_order,
    rows_of_both.part_as_at,
    rows_of_both.days_apart,
    rows_of_both.is_same_day,
    rows_of_both.total_spans_days,
    rows_of_both.part_dates,
    rows_of_both.sum_across_days,
    {{ figure_columns('rows_of_both') }}
from rows_of_both
