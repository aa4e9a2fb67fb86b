with records as (
    select
        person_key,
        stay_id,
        approved_premises,
        pilot_status,
        probation_region,
        arrived_on,
        left_on,
        left_because,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'approved_premises_stays') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.stay_id,
    records.approved_premises,
    records.pilot_status,
    records.probation_region,
    records.arrived_on,
    records.left_on,
    records.left_because,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
