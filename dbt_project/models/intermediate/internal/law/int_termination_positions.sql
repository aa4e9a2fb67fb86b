{{ config(materialized='table') }}

with people as (
    select
        person_key,
        first_released_on,
        serving_other_life_sentence
    from {{ ref('int_people') }}
    where first_released_on is not null
),

spells as (
    select
        person_key,
        status,
        location,
        probation_region,
        sex,
        sentence_type,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
),

regimes as (
    select
        regime,
        sentence_type,
        in_force_from,
        in_force_until,
        referral_years
    from {{ ref('int_regimes') }}
),

dates as (
    select
        person_key,
        in_force_from,
        greatest(coalesce(referral_on, in_force_from), in_force_from) as referral_due_on
    from {{ ref('int_licence_termination_dates') }}
),

automatic_ends as (
    select
        person_key,
        continuous_from,
        lead(continuous_from) over (
            partition by person_key
            order by continuous_from, broken_on nulls last
        ) as next_continuous_from,
        automatic_end_on
    from {{ ref('int_automatic_ends') }}
),

marked as (
    select
        person_key,
        started_on as changed_on
    from spells
    union
    select
        person_key,
        in_force_from as changed_on
    from dates
    union
    select
        person_key,
        referral_due_on as changed_on
    from dates
    union
    select
        person_key,
        automatic_end_on as changed_on
    from automatic_ends
),

days as (
    select
        marked.person_key,
        marked.changed_on,
        people.first_released_on,
        people.serving_other_life_sentence
    from marked
    inner join people
        on
            marked.person_key = people.person_key
            and marked.changed_on >= people.first_released_on
),

-- Everything as it is on each day on which something may change.
standing as (
    select
        days.person_key,
        days.changed_on,
        days.serving_other_life_sentence,
        spells.status,
        spells.location,
        spells.probation_region,
        spells.sex,
        spells.sentence_type,
        regimes.regime,
        {{ years_after('days.first_released_on', 'regimes.referral_years') }} as referral_on,
        automatic_ends.automatic_end_on
    from days
    inner join spells
        on
            days.person_key = spells.person_key
            and days.changed_on >= spells.started_on
            and (spells.ended_on is null or days.changed_on < spells.ended_on)
    inner join regimes
        on
            spells.sentence_type = regimes.sentence_type
            and days.changed_on >= regimes.in_force_from
            and (regimes.in_force_until is null or days.changed_on < regimes.in_force_until)
    left join automatic_ends
        on
            days.person_key = automatic_ends.person_key
            and days.changed_on >= automatic_ends.continuous_from
            and (
                automatic_ends.next_continuous_from is null
                or days.changed_on < automatic_ends.next_continuous_from
            )
),

placed as (
    select
        person_key,
        changed_on,
        status,
        probation_region,
        sex,
        sentence_type,
        regime,
        case
            when location is null then 'sentence_over'
            when serving_other_life_sentence then 'serving_other_life_sentence'
            when status = 'on_licence' and changed_on >= automatic_end_on then 'automatic_end_due'
            when changed_on < referral_on then 'not_yet_eligible'
            when status = 'on_licence' then 'eligible_on_licence'
            when status = 'in_prison_recalled' then 'eligible_in_custody_on_recall'
            else 'eligible_' || status
        end as position
    from standing
),

compared as (
    select
        person_key,
        changed_on,
        status,
        probation_region,
        sex,
        sentence_type,
        regime,
        position,
        lag(status) over person as status_before,
        lag(probation_region) over person as probation_region_before,
        lag(regime) over person as regime_before,
        lag(position) over person as position_before
    from placed
    window person as (
        partition by person_key
        order by changed_on
    )
),

moved as (
    select
        person_key,
        changed_on,
        status,
        probation_region,
        sex,
        sentence_type,
        regime,
        position
    from compared
    where
        status is distinct from status_before
        or probation_region is distinct from probation_region_before
        or regime is distinct from regime_before
        or position is distinct from position_before
)

select
    person_key,
    position,
    regime,
    status,
    probation_region,
    sex,
    sentence_type,
    changed_on as started_on,
    lead(changed_on) over (partition by person_key order by changed_on) as ended_on
from moved
