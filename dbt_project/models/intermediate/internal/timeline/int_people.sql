{{ config(materialized='table') }}

-- A quashed sentence does not count, unless all sentences of a person are quashed.
with sentences as (
    select
        person_key,
        sex,
        date_of_sentence,
        convicted_under_18,
        tariff_expiry_date,
        is_governing_sentence,
        serving_other_life_sentence,
        offence_group,
        quashed_on is null or bool_and(quashed_on is not null) over (partition by person_key) as is_served
    from {{ source('records', 'ppud_sentence') }}
),

snapshot as (
    select
        person_key,
        date_of_birth,
        ethnicity,
        religion,
        nationality,
        has_disability
    from {{ source('records', 'nomis_custody_snapshot') }}
),

first_releases as (
    select
        person_key,
        min(released_on) as released_on
    from {{ source('records', 'ppud_release') }}
    group by person_key
),

sentenced as (
    select
        person_key,
        min(sex) as sex,
        -- The rules for DPP hold only where the person was convicted under 18 of the offence of every such sentence.
        case when bool_and(convicted_under_18) filter (where is_served) then 'DPP' else 'IPP' end as sentence_type,
        -- Time in prison began with the first of them, also where that one was quashed later.
        min(date_of_sentence) as sentenced_on,
        min(date_of_sentence) filter (where is_served and is_governing_sentence) as governing_sentence_on,
        min(tariff_expiry_date) filter (where is_served and is_governing_sentence) as tariff_expiry_on,
        bool_or(serving_other_life_sentence) filter (where is_served) as serving_other_life_sentence,
        min(offence_group) filter (where is_served and is_governing_sentence) as offence_group
    from sentences
    group by person_key
),

mentions as (
    select
        person_key,
        sex,
        sentence_type,
        released_on as known_on,
        true as is_after_release
    from {{ source('records', 'ppud_release') }}
    union all
    select
        person_key,
        sex,
        sentence_type,
        licence_revoked_on as known_on,
        true as is_after_release
    from {{ source('records', 'ppud_recall') }}
    where rescinded_on is null
    union all
    select
        person_key,
        sex,
        sentence_type,
        supervision_started_on as known_on,
        true as is_after_release
    from {{ source('records', 'ndelius_caseload') }}
    union all
    select
        person_key,
        sex,
        case when imprisonment_status in ('DPP', 'LR_DPP') then 'DPP' else 'IPP' end as sentence_type,
        received_on as known_on,
        legal_status = 'RECALL' as is_after_release
    from {{ source('records', 'nomis_custody_snapshot') }}
),

-- A recall or a prisoner whose sentence record is missing would be left out of every count in silence.
mentioned as (
    select
        person_key,
        min(sex) as sex,
        -- DPP only where all say so: one sentence of IPP takes the rules for DPP away.
        max(sentence_type) as sentence_type,
        min(known_on) as known_on,
        min(known_on) filter (where is_after_release) as after_release_on,
        bool_or(is_after_release) as is_after_release
    from mentions
    group by person_key
)

select
    coalesce(sentenced.person_key, mentioned.person_key) as person_key,
    coalesce(sentenced.sex, mentioned.sex) as sex,
    coalesce(sentenced.sentence_type, mentioned.sentence_type) as sentence_type,
    sentenced.sentenced_on,
    sentenced.governing_sentence_on,
    sentenced.tariff_expiry_on,
    first_releases.released_on as first_released_on,
    coalesce(sentenced.serving_other_life_sentence, false) as serving_other_life_sentence,
    sentenced.offence_group,
    snapshot.date_of_birth,
    snapshot.ethnicity,
    snapshot.religion,
    snapshot.nationality,
    snapshot.has_disability,
    sentenced.person_key is not null as has_sentence_record,
    coalesce(sentenced.sentenced_on, mentioned.known_on) as known_from,
    -- A person who is supervised or recalled was released, though no record of the release is there. That day is no
    -- day of a first release: which one is not known.
    case
        when sentenced.person_key is not null then coalesce(first_releases.released_on, mentioned.after_release_on)
        when mentioned.is_after_release then mentioned.known_on
    end as on_licence_from
from sentenced
full outer join mentioned on sentenced.person_key = mentioned.person_key
left join first_releases on coalesce(sentenced.person_key, mentioned.person_key) = first_releases.person_key
left join snapshot on coalesce(sentenced.person_key, mentioned.person_key) = snapshot.person_key
