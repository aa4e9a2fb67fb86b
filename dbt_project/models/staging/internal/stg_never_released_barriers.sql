with records as (
    select
        person_key,
        barrier,
        reviewed_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'never_released_barriers') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.barrier,
    records.reviewed_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
