with figures as (
    select
        'Due' as series,
        'Termination reports' as category,
        {{ counted_figure('termination_reports', 'reports_due', 'reports') }}
    from {{ ref('termination_reports') }} as termination_reports
    where termination_reports.is_total
    union all
    select
        'By the deadline' as series,
        'Termination reports' as category,
        {{ counted_figure('termination_reports', 'reports_on_time', 'reports') }}
    from {{ ref('termination_reports') }} as termination_reports
    where termination_reports.is_total
    union all
    select
        'Share by the deadline' as series,
        'Termination reports' as category,
        {{ counted_figure('termination_reports', 'reports_on_time_percent', 'percent', base='reports_due') }}
    from {{ ref('termination_reports') }} as termination_reports
    where termination_reports.is_total
    union all
    select
        'By the day, late or not' as series,
        'Termination reports' as category,
        {{ counted_figure('termination_reports', 'reports_submitted', 'reports') }}
    from {{ ref('termination_reports') }} as termination_reports
    where termination_reports.is_total
    union all
    select
        'Share by the day' as series,
        'Termination reports' as category,
        {{ counted_figure('termination_reports', 'reports_submitted_percent', 'percent', base='reports_due') }}
    from {{ ref('termination_reports') }} as termination_reports
    where termination_reports.is_total
)

{{ dashboard_block(
    'termination_reports',
    series_in_order=['Due', 'By the deadline', 'Share by the deadline', 'By the day, late or not', 'Share by the day']
) }}
