{{ config(materialized='table') }}

with days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

spells as (
    select
        person_key,
        prison_code,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where status = 'in_prison_recalled'
),

returns as (
    select
        person_key,
        returned_to_custody_on
    from {{ ref('int_recalls') }}
    where returned_to_custody_on is not null
),

delivery_units as (
    select
        place,
        delivery_unit
    from {{ ref('int_delivery_units') }}
),

recalled as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        spells.person_key,
        spells.prison_code
    from days
    inner join spells
        on
            days.period_end >= spells.started_on
            and (spells.ended_on is null or days.period_end < spells.ended_on)
)

select
    recalled.period_type,
    recalled.period_start,
    recalled.period_end,
    recalled.person_key,
    delivery_units.delivery_unit,
    returns.returned_to_custody_on
from recalled
asof left join returns
    on
        recalled.person_key = returns.person_key
        and recalled.period_end >= returns.returned_to_custody_on
left join delivery_units on recalled.prison_code = delivery_units.place
