{{ config(materialized='table') }}

-- The periods that figures from records are given for: wholly over by the day of the extract, from 2015 on, where the
-- published series of the dashboard begin.
with extracts as (
    select max(as_at) as as_at
    from {{ source('records', 'ppud_sentence') }}
),

months as (
    select cast(months.month_start as date) as month_start
    from extracts
    cross join {{ each_month("date '2015-01-01'", 'extracts.as_at') }} as months (month_start)
),

periods as (
    select
        'month' as period_type,
        month_start as period_start,
        {{ plus_days(plus_months('month_start', 1), -1) }} as period_end
    from months
    union all
    select
        'quarter' as period_type,
        month_start as period_start,
        {{ plus_days(plus_months('month_start', 3), -1) }} as period_end
    from months
    where extract(month from month_start) in (1, 4, 7, 10)
    union all
    select
        'calendar_year' as period_type,
        month_start as period_start,
        {{ plus_days(plus_months('month_start', 12), -1) }} as period_end
    from months
    where extract(month from month_start) = 1
    union all
    select
        'financial_year' as period_type,
        month_start as period_start,
        {{ plus_days(plus_months('month_start', 12), -1) }} as period_end
    from months
    where extract(month from month_start) = 4
    union all
    select
        'as_at' as period_type,
        {{ plus_days(plus_months('month_start', 1), -1) }} as period_start,
        {{ plus_days(plus_months('month_start', 1), -1) }} as period_end
    from months
    where extract(month from month_start) in (3, 6, 9, 12)
)

select
    periods.period_type,
    periods.period_start,
    periods.period_end
from periods
inner join extracts on periods.period_end <= extracts.as_at
