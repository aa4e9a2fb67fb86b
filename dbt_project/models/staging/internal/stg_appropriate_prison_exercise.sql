with records as (
    select
        exercise_on,
        person_key,
        sex,
        custody_status,
        prison_code,
        delivery_unit,
        priority_need,
        is_appropriate,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'appropriate_prison_exercise') }}
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
    records.custody_status,
    records.prison_code,
    records.delivery_unit,
    records.priority_need,
    records.is_appropriate,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
