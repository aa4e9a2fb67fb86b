{{ config(materialized='table') }}

with people as (
    select
        person_key,
        sentence_type,
        first_released_on,
        serving_other_life_sentence
    from {{ ref('int_people') }}
    where first_released_on is not null
),

regimes as (
    select
        regime,
        sentence_type,
        in_force_from,
        in_force_until,
        referral_years,
        qualifying_years,
        automatic_years,
        automatic_not_before
    from {{ ref('int_regimes') }}
),

licences as (
    select
        person_key,
        continuous_from,
        broken_on
    from {{ ref('int_unbroken_licences') }}
),

-- Counted from the first release, regardless of recalls.
qualified as (
    select
        people.person_key,
        people.sentence_type,
        people.first_released_on,
        people.serving_other_life_sentence,
        regimes.regime,
        regimes.in_force_from,
        regimes.in_force_until,
        regimes.automatic_years,
        regimes.automatic_not_before,
        case
            when not people.serving_other_life_sentence
                then {{ years_after('people.first_released_on', 'regimes.referral_years') }}
        end as referral_on,
        {{ years_after('people.first_released_on', 'regimes.qualifying_years') }} as qualifying_end
    from people
    inner join regimes on people.sentence_type = regimes.sentence_type
),

-- Engines differ in what greatest() makes of a null, so nothing is compared that may be null.
clocked as (
    select
        qualified.person_key,
        qualified.sentence_type,
        qualified.regime,
        qualified.in_force_from,
        qualified.in_force_until,
        qualified.first_released_on,
        qualified.referral_on,
        qualified.qualifying_end,
        licences.continuous_from,
        licences.broken_on,
        qualified.automatic_not_before,
        case
            when not qualified.serving_other_life_sentence and licences.continuous_from is not null
                then {{ years_after(
                    'greatest(qualified.qualifying_end, licences.continuous_from)', 'qualified.automatic_years'
                ) }}
        end as clock_ends_on
    from qualified
    left join licences on qualified.person_key = licences.person_key
)

select
    person_key,
    sentence_type,
    regime,
    in_force_from,
    in_force_until,
    first_released_on,
    referral_on,
    qualifying_end,
    continuous_from,
    broken_on,
    case
        when clock_ends_on is not null then greatest(clock_ends_on, automatic_not_before)
    end as automatic_end
from clocked
