with deaths as (
    select
        sex,
        probation_region,
        supervision_ended_on as died_on
    from {{ ref('stg_ndelius_caseload') }}
    where end_reason = 'died'
),

years as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('calendar_year', 'financial_year')
),

deaths_in_year as (
    select
        years.period_type,
        years.period_start,
        years.period_end,
        deaths.sex,
        deaths.probation_region
    from years
    inner join deaths on deaths.died_on between years.period_start and years.period_end
)

{{ figures_from_records('deaths_in_year', 'community_deaths', 'deaths', [[], ['probation_region'], ['sex']]) }}
