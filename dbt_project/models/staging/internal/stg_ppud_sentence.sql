with records as (
    select
        person_key,
        sentence_id,
        sex,
        custody_type,
        date_of_sentence,
        convicted_under_18,
        tariff_expiry_date,
        is_governing_sentence,
        serving_other_life_sentence,
        offence_group,
        quashed_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_sentence') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.sentence_id,
    records.sex,
    records.custody_type,
    records.date_of_sentence,
    records.convicted_under_18,
    records.tariff_expiry_date,
    records.is_governing_sentence,
    records.serving_other_life_sentence,
    records.offence_group,
    records.quashed_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
