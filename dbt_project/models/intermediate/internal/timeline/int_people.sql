{{ config(materialized='table') }}

with sentences as (
    select
        person_key,
        sex,
        date_of_sentence,
        convicted_under_18,
        tariff_expiry_date,
        is_governing_sentence,
        serving_other_life_sentence,
        offence_group
    from {{ ref('stg_ppud_sentence') }}
),

snapshot as (
    select
        person_key,
        date_of_birth,
        ethnicity,
        religion,
        nationality,
        has_disability
    from {{ ref('stg_nomis_custody_snapshot') }}
),

first_releases as (
    select
        person_key,
        min(released_on) as released_on
    from {{ ref('stg_ppud_release') }}
    group by person_key
),

people as (
    select
        person_key,
        min(sex) as sex,
        -- The rules for DPP hold only where the person was convicted under 18 of the offence of every such sentence.
        case when bool_and(convicted_under_18) then 'DPP' else 'IPP' end as sentence_type,
        min(date_of_sentence) as sentenced_on,
        min(date_of_sentence) filter (where is_governing_sentence) as governing_sentence_on,
        min(tariff_expiry_date) filter (where is_governing_sentence) as tariff_expiry_on,
        bool_or(serving_other_life_sentence) as serving_other_life_sentence,
        min(offence_group) filter (where is_governing_sentence) as offence_group
    from sentences
    group by person_key
)

select
    people.person_key,
    people.sex,
    people.sentence_type,
    people.sentenced_on,
    people.governing_sentence_on,
    people.tariff_expiry_on,
    first_releases.released_on as first_released_on,
    people.serving_other_life_sentence,
    people.offence_group,
    snapshot.date_of_birth,
    snapshot.ethnicity,
    snapshot.religion,
    snapshot.nationality,
    snapshot.has_disability
from people
left join first_releases on people.person_key = first_releases.person_key
left join snapshot on people.person_key = snapshot.person_key
