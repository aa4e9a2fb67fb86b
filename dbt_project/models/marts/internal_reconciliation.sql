with expected as (
    select
        measure,
        statistic,
        coalesce(breakdown, '') as breakdown,
        coalesce(published_breakdown, '') as published_breakdown,
        tolerance_percent,
        tolerance_absolute,
        left_out_of,
        reason
    from {{ ref('record_reconciliations') }}
),

counted as (
    select
        measure,
        statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        extract_as_at
    from {{ ref('counted_figures') }}
),

files as (
    select
        extract,
        rows_left_out
    from {{ source('records', 'files_read') }}
),

published as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        source_kind,
        publication,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from {{ ref('published_figures') }}
    where is_latest and value is not null
),

paired as (
    select
        expected.measure,
        expected.statistic,
        expected.breakdown,
        expected.published_breakdown,
        counted.period_type,
        counted.period_start,
        counted.period_end,
        counted.value,
        published.value as published_value,
        counted.value - published.value as difference,
        greatest(published.value * expected.tolerance_percent / 100, expected.tolerance_absolute) as tolerance,
        coalesce(files.rows_left_out, 0) as rows_left_out,
        least(
            coalesce(files.rows_left_out, 0),
            greatest(
                published.value * {{ var('left_out_tolerance_percent') }} / 100,
                {{ var('left_out_tolerance_rows') }}
            )
        ) as explained,
        counted.unit,
        counted.value_status,
        expected.reason,
        counted.source_kind,
        counted.extract_as_at,
        published.source_kind as published_source_kind,
        published.publication,
        published.release_id,
        published.source_file,
        published.source_sheet,
        published.source_cell
    from expected
    inner join counted
        on
            expected.measure = counted.measure
            and expected.statistic = counted.statistic
            and expected.breakdown = counted.breakdown
    inner join published
        on
            expected.measure = published.measure
            and expected.published_breakdown = published.breakdown
            and counted.period_type = published.period_type
            and counted.period_start = published.period_start
            and counted.period_end = published.period_end
    left join files on expected.left_out_of = files.extract
)

select
    measure,
    statistic,
    breakdown,
    published_breakdown,
    period_type,
    period_start,
    period_end,
    value,
    published_value,
    difference,
    tolerance,
    rows_left_out,
    case
        -- Synthetic people in another number than the real ones: a published figure says nothing about them.
        when value is null or source_kind = 'synthetic_scaled' then 'not_comparable'
        when difference = 0 then 'equal'
        when abs(difference) <= tolerance then 'within_tolerance'
        when -difference between 0 and explained then 'short_by_rows_left_out'
        else 'outside_tolerance'
    end as agreement,
    unit,
    value_status,
    reason,
    source_kind,
    extract_as_at,
    published_source_kind,
    publication,
    release_id,
    source_file,
    source_sheet,
    source_cell
from paired
