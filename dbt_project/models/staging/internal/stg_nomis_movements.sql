with records as (
    select
        person_key,
        movement_id,
        movement_sequence,
        moved_on,
        movement_type,
        movement_reason,
        from_prison,
        to_prison,
        death_classification,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'nomis_movements') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.movement_id,
    records.movement_sequence,
    records.moved_on,
    records.movement_type,
    records.movement_reason,
    records.from_prison,
    records.to_prison,
    records.death_classification,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
