with cases as (
    select
        service,
        probation_region,
        opened_on,
        closed_on
    from {{ source('records', 'community_psychology_cases') }}
),

periods as (
    {{
        periods_of_log('cases', 'opened_on', period_types=['as_at', 'quarter', 'calendar_year', 'financial_year'])
    }}
),

opened as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        cases.service,
        cases.probation_region
    from periods
    inner join cases on cases.opened_on between periods.period_start and periods.period_end
    where periods.period_type <> 'as_at'
),

open_on_day as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        cases.service,
        cases.probation_region
    from periods
    inner join cases
        on
            periods.period_end >= cases.opened_on
            and (cases.closed_on is null or periods.period_end < cases.closed_on)
    where periods.period_type = 'as_at'
)

{{ counted([
    {
        'from': 'opened',
        'by': [[], ['probation_region'], ['service']],
        'columns': {'cases_opened': 'count(*)'}
    },
    {
        'from': 'open_on_day',
        'by': [[], ['probation_region'], ['service']],
        'columns': {'cases_open': 'count(*)'}
    },
]) }}
