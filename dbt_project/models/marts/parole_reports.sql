with reports as (
    select
        sentence_type,
        probation_region,
        due_on,
        received_on
    from {{ source('records', 'parom1_reports') }}
),

periods as (
    {{ periods_of_log('reports', 'due_on', published_for='parole_reports') }}
),

due as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        reports.sentence_type,
        reports.probation_region,
        reports.due_on,
        reports.received_on
    from periods
    inner join reports on reports.due_on between periods.period_start and periods.period_end
),

-- A report that never came has no day of receipt: it is late, and stays in the base.
counted as (
    {{ counted([{
        'from': 'due',
        'by': [[], ['sentence_type'], ['probation_region']],
        'columns': {
            'on_time_percent': percent_where('received_on <= due_on'),
            'received_percent': percent_where('received_on is not null'),
            'received_on_time': count_where('received_on <= due_on'),
            'received': count_where('received_on is not null'),
            'reports_due': 'count(*)'
        }
    }]) | indent(4) }}
)

{{ with_published(
    'counted', 'parom1_on_time',
    ['on_time_percent', 'received_percent', 'received_on_time', 'received', 'reports_due']
) }}
