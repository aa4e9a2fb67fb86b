with records as (
    select
        exercise_on,
        person_key,
        sex,
        cohort,
        rating,
        delivery_unit,
        prison_code,
        probation_region,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'rag_exercise') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.exercise_on,
    records.person_key,
    records.sex,
    records.cohort,
    records.rating,
    records.delivery_unit,
    records.prison_code,
    records.probation_region,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
