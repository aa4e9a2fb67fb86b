with records as (
    select
        person_key,
        transfer_id,
        from_prison,
        to_prison,
        requested_on,
        escalated_on,
        transferred_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'progressive_transfers') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.transfer_id,
    records.from_prison,
    records.to_prison,
    records.requested_on,
    records.escalated_on,
    records.transferred_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
