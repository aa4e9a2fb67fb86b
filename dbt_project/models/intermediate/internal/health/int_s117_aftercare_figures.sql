{%- set dimensions = [[], ['probation_region']] -%}

with releases as (
    select
        probation_region,
        released_on,
        coalesce(plan_agreed_on <= released_on, false) as has_plan
    from {{ ref('stg_s117_aftercare') }}
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('calendar_year', 'financial_year')
),

entitled as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        releases.probation_region,
        releases.has_plan
    from periods
    inner join releases on releases.released_on between periods.period_start and periods.period_end
)

{{
    figures_from_records(
        'entitled', 's117_aftercare', 'people', dimensions,
        value='count(*) filter (where has_plan)'
    )
}}
union all
{{
    figures_from_records(
        'entitled', 's117_aftercare', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where has_plan) / count(*)',
        numerator='count(*) filter (where has_plan)',
        denominator='count(*)'
    )
}}
