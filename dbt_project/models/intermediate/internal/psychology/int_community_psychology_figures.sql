{%- set dimensions = [[], ['probation_region'], ['service']] -%}

with cases as (
    select
        service,
        probation_region,
        opened_on,
        closed_on
    from {{ ref('stg_community_psychology_cases') }}
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
    where periods.period_type != 'as_at'
),

supported as (
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

{{ figures_from_records('opened', 'community_psychology_cases', 'cases', dimensions, statistic='opened') }}
union all
{{ figures_from_records('supported', 'community_psychology_cases', 'cases', dimensions) }}
