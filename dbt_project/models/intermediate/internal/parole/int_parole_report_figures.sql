with reports as (
    select
        sentence_type,
        probation_region,
        due_on,
        received_on
    from {{ ref('stg_parom1_reports') }}
),

-- The log of reports begins on some day; a period it holds only the end of is not one it can speak of.
log as (
    select date_trunc('month', min(due_on)) as began_on
    from reports
),

due_in_periods as (
    {{
        events_in_periods(
            'reports', 'due_on', ['sentence_type', 'probation_region', 'due_on', 'received_on'],
            printed_for='parole_reports'
        )
    }}
),

due as (
    select
        due_in_periods.period_type,
        due_in_periods.period_start,
        due_in_periods.period_end,
        due_in_periods.sentence_type,
        due_in_periods.probation_region,
        due_in_periods.due_on,
        due_in_periods.received_on
    from due_in_periods
    inner join log on due_in_periods.period_start >= log.began_on
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
