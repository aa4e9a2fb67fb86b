with days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

plans as (
    select
        person_key,
        custody_status,
        prison_code,
        opened_on,
        closed_on
    from {{ source('records', 'acct') }}
),

open_plans as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        plans.person_key,
        plans.custody_status,
        plans.prison_code,
        row_number() over (
            partition by days.period_end, plans.person_key
            order by plans.opened_on desc, plans.prison_code asc nulls last, plans.custody_status asc nulls last
        ) as plan_number
    from days
    inner join plans
        on
            days.period_end >= plans.opened_on
            and (plans.closed_on is null or days.period_end < plans.closed_on)
),

-- A person with two open plans counts once, where the later one was opened.
people as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        prison_code
    from open_plans
    where plan_number = 1
)

{{ counted([
    {'from': 'people', 'by': [[], ['custody_status']], 'columns': {'people': 'count(*)'}},
    {
        'from': 'people',
        'by': [['prison_code']],
        'where': in_last_four_quarters(),
        'columns': {'people': 'count(*)'}
    },
]) }}
