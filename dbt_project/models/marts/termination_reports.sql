with reports as (
    select
        probation_region,
        due_on,
        submitted_on,
        case when is_surge_case then 'yes' else 'no' end as surge
    from {{ source('records', 'termination_reports') }}
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
    from {{ ref('int_published_periods') }}
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
),

counted as (
    {{ counted([
        {
            'from': 'due',
            'by': [[], ['surge'], ['probation_region']],
            'columns': {
                'reports_due': 'count(*)',
                'reports_on_time': count_where('is_on_time'),
                'reports_on_time_percent': percent_where('is_on_time'),
                'reports_submitted': count_where('is_submitted'),
                'reports_submitted_percent': percent_where('is_submitted')
            }
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [{'measure': 'termination_reports', 'where': 'counted.is_total', 'breakdown': 'statistic=on_time'}],
    ['reports_due', 'reports_on_time', 'reports_on_time_percent', 'reports_submitted', 'reports_submitted_percent']
) }}
