{{ config(materialized='table') }}

with dates as (
    select
        person_key,
        regime,
        continuous_from,
        broken_on,
        greatest(automatic_end, in_force_from) as automatic_end_on,
        in_force_until
    from {{ ref('int_licence_termination_dates') }}
    where automatic_end is not null
)

-- The first day on which the regime then in force says that the licence is over. A recall of that very day comes too
-- late: the period was over the day before.
select
    person_key,
    continuous_from,
    broken_on,
    min(automatic_end_on) as automatic_end_on,
    min_by(regime, automatic_end_on) as regime
from dates
where
    (in_force_until is null or automatic_end_on < in_force_until)
    and (broken_on is null or automatic_end_on <= broken_on)
group by
    person_key,
    continuous_from,
    broken_on
