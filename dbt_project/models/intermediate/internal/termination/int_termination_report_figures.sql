with reports as (
    select
        probation_region,
        due_on,
        submitted_on,
        case when is_surge_case then 'yes' else 'no' end as surge
    from {{ ref('stg_termination_reports') }}
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
    union
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_printed_periods') }}
    where mart = 'termination_reports'
),

-- Every report due by the day, whether it came or not; what came after the day had not come by then.
due as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        reports.probation_region,
        reports.surge,
        reports.submitted_on <= reports.due_on as is_on_time,
        reports.submitted_on <= days.period_end as is_submitted
    from days
    inner join reports on days.period_end >= reports.due_on
)

{{
    shares_from_records(
        'due', 'termination_reports', 'is_on_time',
        [[], ['surge'], ['probation_region'], ['probation_region', 'surge']], statistic='share_on_time'
    )
}}
union all
{{
    shares_from_records(
        'due', 'termination_reports', 'is_submitted',
        [[], ['surge'], ['probation_region'], ['probation_region', 'surge']], statistic='share_submitted'
    )
}}
