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
        status,
        location,
        custody_status,
        prison_code,
        probation_region,
        is_supervision_suspended,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where location is not null
),

statuses as (
    select
        person_key,
        started_on,
        ended_on
    from {{ ref('int_person_statuses') }}
),

people as (
    select
        person_key,
        sex,
        sentence_type,
        governing_sentence_on,
        tariff_expiry_on,
        first_released_on,
        on_licence_from,
        offence_group
    from {{ ref('int_people') }}
),

units as (
    select
        place,
        delivery_unit
    from {{ ref('int_delivery_units') }}
),

returns as (
    select
        person_key,
        returned_to_custody_on,
        lead(returned_to_custody_on) over (
            partition by person_key
            order by returned_to_custody_on
        ) as next_returned_to_custody_on
    from {{ ref('int_recall_spans') }}
    where returned_to_custody_on is not null
),

present as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        spells.person_key,
        spells.status,
        spells.location,
        spells.custody_status,
        spells.prison_code,
        spells.probation_region,
        spells.is_supervision_suspended
    from days
    inner join spells
        on
            days.period_end >= spells.started_on
            and (spells.ended_on is null or days.period_end < spells.ended_on)
)

select
    present.period_type,
    present.period_start,
    present.period_end,
    present.person_key,
    present.status,
    present.location,
    present.custody_status,
    present.prison_code,
    case when present.location = 'prison' then units.delivery_unit end as delivery_unit,
    present.probation_region,
    coalesce(people.on_licence_from <= present.period_end, false) as was_released,
    present.is_supervision_suspended,
    people.sex,
    people.sentence_type,
    people.offence_group,
    {{ tariff_band('people.governing_sentence_on', 'people.tariff_expiry_on') }} as tariff_band,
    case
        when people.tariff_expiry_on is null then 'not_available'
        when people.tariff_expiry_on > present.period_end then 'not_passed'
        else 'passed'
    end as tariff_expiry_status,
    case
        when people.tariff_expiry_on <= present.period_end
            then {{ whole_months('people.tariff_expiry_on', 'present.period_end') }}
    end as months_over_tariff,
    {{ whole_years('people.first_released_on', 'present.period_end') }} as years_since_first_release,
    -- The status has lasted since its own spell began: on licence since the last release, at large since revocation.
    statuses.started_on as in_status_since,
    {{ whole_years('statuses.started_on', 'present.period_end') }} as years_in_status,
    {{ whole_months('statuses.started_on', 'present.period_end') }} as months_in_status,
    case when present.custody_status = 'recalled' then returns.returned_to_custody_on end as returned_to_custody_on,
    case
        when present.custody_status = 'recalled'
            then {{ whole_months('returns.returned_to_custody_on', 'present.period_end') }}
    end as months_since_recall
from present
inner join people on present.person_key = people.person_key
inner join statuses
    on
        present.person_key = statuses.person_key
        and present.period_end >= statuses.started_on
        and (statuses.ended_on is null or present.period_end < statuses.ended_on)
left join units on present.prison_code = units.place
left join returns
    on
        present.person_key = returns.person_key
        and present.period_end >= returns.returned_to_custody_on
        and (
            returns.next_returned_to_custody_on is null
            or present.period_end < returns.next_returned_to_custody_on
        )
