with figures as (
    select
        'Received by the deadline' as series,
        'PAROM1 reports' as category,
        {{ counted_figure('parole_reports', 'on_time_percent', 'whole percent', base='reports_due') }}
    from {{ ref('parole_reports') }} as parole_reports
    where
        parole_reports.is_total
        and parole_reports.period_type = 'quarter'
        and parole_reports.on_time_percent is not null
)

{{ dashboard_block('target_parom1_whole_percent') }}
