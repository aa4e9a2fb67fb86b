with reports as (
    select
        sentence_type,
        probation_region,
        due_on,
        received_on
    from {{ ref('stg_parom1_reports') }}
),

periods as (
    {{ periods_of_log('reports', 'due_on', printed_for='parole_reports') }}
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
)

-- A report that never came has no day of receipt: it is late, and stays in the base.
{{
    shares_from_records(
        'due', 'parom1_on_time', 'received_on <= due_on', [[], ['sentence_type'], ['probation_region']]
    )
}}
union all
{{
    shares_from_records(
        'due', 'parom1_on_time', 'received_on is not null', [[], ['sentence_type'], ['probation_region']],
        statistic='share_received'
    )
}}
