with deaths as (
    select
        sex,
        probation_region,
        supervision_ended_on as died_on
    from {{ source('records', 'ndelius_caseload') }}
    where end_reason = 'died'
),

deaths_in_years as (
    {{ events_in_periods('deaths', 'died_on', ['sex', 'probation_region'], ['calendar_year', 'financial_year']) }}
)

{{ counted([
    {
        'from': 'deaths_in_years',
        'by': [[], ['probation_region'], ['sex']],
        'columns': {'deaths': 'count(*)'}
    },
]) }}
