{%- set counts = ['started', 'completed', 'left_pathway', 'in_progress', 'waiting'] -%}

with counted as (
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        dimension,
        region,
        sex,
        location,
        started,
        completed,
        left_pathway,
        in_progress,
        waiting,
        people_with_days_waited,
        median_days_waited
    from {{ ref('int_opd_counts') }}
),

extract as (
    select
        max(as_at) as extract_as_at,
        max(source_kind) as source_kind,
        max(source_file) as source_file
    from {{ ref('stg_opd_activity') }}
),

one_count_a_row as (
    {% for statistic in counts -%}
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        dimension,
        region,
        sex,
        location,
        '{{ statistic }}' as statistic,
        {{ statistic }} as people
    from counted
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

ordered_cells as (
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        dimension,
        region,
        sex,
        location,
        statistic,
        people,
        people < {{ var('disclosure_threshold') }} as is_small,
        sum(people) over smallest_first - people as people_before
    from one_count_a_row
    where people > 0
    window smallest_first as (
        partition by quarter_start, stage, statistic, dimension
        order by people, region, sex, location
    )
),

-- The cells of a breakdown add up to its total, so one hidden cell could be worked out from the others. Where any is
-- small, the smallest are hidden until together they hold at least as many people as the threshold.
hidden_cells as (
    select
        quarter_start,
        stage,
        statistic,
        region,
        sex,
        location,
        is_small
        or (
            bool_or(is_small) over (partition by quarter_start, stage, statistic, dimension)
            and people_before < {{ var('disclosure_threshold') }}
        ) as is_hidden
    from ordered_cells
),

counts as (
    select
        one_count_a_row.quarter_start,
        one_count_a_row.quarter_end,
        one_count_a_row.stage,
        one_count_a_row.stage_order,
        one_count_a_row.region,
        one_count_a_row.sex,
        one_count_a_row.location,
        one_count_a_row.statistic,
        'people' as unit,
        cast(one_count_a_row.people as double) as value,
        case
            when one_count_a_row.statistic = 'waiting' and one_count_a_row.stage_order = 1 then 'not_applicable'
            when coalesce(hidden_cells.is_hidden, false) then 'suppressed'
            when one_count_a_row.people = 0 then 'nil'
            else 'final'
        end as value_status
    from one_count_a_row
    left join hidden_cells
        on
            one_count_a_row.quarter_start = hidden_cells.quarter_start
            and one_count_a_row.stage = hidden_cells.stage
            and one_count_a_row.statistic = hidden_cells.statistic
            and one_count_a_row.region = hidden_cells.region
            and one_count_a_row.sex = hidden_cells.sex
            and one_count_a_row.location = hidden_cells.location
),

medians as (
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        region,
        sex,
        location,
        'median_days_waited' as statistic,
        'days' as unit,
        median_days_waited as value,
        case
            when people_with_days_waited = 0 then 'not_applicable'
            when people_with_days_waited < {{ var('disclosure_threshold') }} then 'suppressed'
            else 'final'
        end as value_status
    from counted
),

all_statistics as (
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        region,
        sex,
        location,
        statistic,
        unit,
        value,
        value_status
    from counts
    union all
    select
        quarter_start,
        quarter_end,
        stage,
        stage_order,
        region,
        sex,
        location,
        statistic,
        unit,
        value,
        value_status
    from medians
)

select
    all_statistics.quarter_start,
    all_statistics.quarter_end,
    all_statistics.stage,
    cast(all_statistics.stage_order as integer) as stage_order,
    all_statistics.region,
    all_statistics.sex,
    all_statistics.location,
    all_statistics.statistic,
    case when all_statistics.value_status in ('final', 'nil') then all_statistics.value end as value,
    all_statistics.unit,
    all_statistics.value_status,
    extract.source_kind,
    extract.extract_as_at,
    extract.source_file
from all_statistics
cross join extract
