with records as (
    select
        person_key,
        acct_id,
        custody_status,
        prison_code,
        opened_on,
        closed_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'acct') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.acct_id,
    records.custody_status,
    records.prison_code,
    records.opened_on,
    records.closed_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
