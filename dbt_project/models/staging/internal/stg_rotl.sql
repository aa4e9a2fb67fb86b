with records as (
    select
        person_key,
        rotl_id,
        prison_code,
        rotl_type,
        left_on,
        returned_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'rotl') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.rotl_id,
    records.prison_code,
    records.rotl_type,
    records.left_on,
    records.returned_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
