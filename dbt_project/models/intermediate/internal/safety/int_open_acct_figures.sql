with plans as (
    select
        person_key,
        custody_status,
        prison_code,
        opened_on,
        closed_on
    from {{ ref('stg_acct') }}
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

open_on_day as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        plans.person_key,
        plans.custody_status,
        plans.prison_code
    from days
    inner join plans
        on
            days.period_end >= plans.opened_on
            and (plans.closed_on is null or days.period_end < plans.closed_on)
)

{{
    figures_from_records(
        'open_on_day', 'open_acct', 'people', [[], ['custody_status'], ['prison_code']],
        value='count(distinct person_key)'
    )
}}
