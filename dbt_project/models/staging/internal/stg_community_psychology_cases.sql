with records as (
    select
        person_key,
        case_id,
        service,
        probation_region,
        opened_on,
        closed_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'community_psychology_cases') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.case_id,
    records.service,
    records.probation_region,
    records.opened_on,
    records.closed_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
