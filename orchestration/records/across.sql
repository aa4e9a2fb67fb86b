-- What all extracts together say of each person: the table that the rules of across.yml call `person`. Only the newest
-- file of an extract counts. A day that could come from a rejected row is null: the rules must not rest on it.
with known as (
    select
        person_key,
        count(distinct extract) as extracts,
        bool_or(extract = 'ppud_sentence') as has_sentence,
        bool_or(extract = 'ppud_release') as has_release,
        bool_or(extract = 'ppud_sentence' and has_rejected_row) as has_rejected_sentence,
        bool_or(extract = 'ppud_release' and has_rejected_row) as has_rejected_release
    from met
    group by person_key
),

sentences as (
    select
        person_key,
        min(sex) as sex,
        min(date_of_sentence) as sentenced_on,
        max(tariff_expiry_date) as tariff_expiry_on
    from landing.ppud_sentence
    where as_at = (select max(as_at) from landing.ppud_sentence)
    group by person_key
),

releases as (
    select
        person_key,
        min(released_on) as first_released_on,
        min_by(from_prison, released_on) as first_released_from
    from landing.ppud_release
    where as_at = (select max(as_at) from landing.ppud_release)
    group by person_key
),

prisoners as (
    select
        person_key,
        sex,
        date_of_birth,
        received_on,
        prison_code
    from landing.nomis_custody_snapshot
    where as_at = (select max(as_at) from landing.nomis_custody_snapshot)
),

hospital_transfers as (
    select
        person_key,
        min(moved_on) as hospital_on
    from landing.nomis_movements
    where
        movement_type = 'hospital_transfer'
        and as_at = (select max(as_at) from landing.nomis_movements)
    group by person_key
),

deaths as (
    select
        person_key,
        moved_on as died_on
    from landing.nomis_movements
    where
        movement_type = 'death'
        and as_at = (select max(as_at) from landing.nomis_movements)
    union all
    select
        person_key,
        supervision_ended_on as died_on
    from landing.ndelius_caseload
    where
        end_reason = 'died'
        and as_at = (select max(as_at) from landing.ndelius_caseload)
),

first_deaths as (
    select
        person_key,
        min(died_on) as died_on
    from deaths
    group by person_key
)

select
    known.person_key,
    known.extracts,
    known.has_sentence,
    known.has_release,
    coalesce(sentences.sex, prisoners.sex) as sex,
    prisoners.date_of_birth as born_on,
    prisoners.received_on,
    prisoners.prison_code,
    case when not known.has_rejected_sentence then sentences.sentenced_on end as sentenced_on,
    sentences.tariff_expiry_on,
    case when not known.has_rejected_release then releases.first_released_on end as first_released_on,
    releases.first_released_from,
    hospital_transfers.hospital_on,
    first_deaths.died_on
from known
left join sentences on known.person_key = sentences.person_key
left join releases on known.person_key = releases.person_key
left join prisoners on known.person_key = prisoners.person_key
left join hospital_transfers on known.person_key = hospital_transfers.person_key
left join first_deaths on known.person_key = first_deaths.person_key
