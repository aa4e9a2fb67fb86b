with records as (
    select
        person_key,
        manager_type,
        delivery_unit,
        probation_region,
        allocated_on,
        last_contact_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'offender_manager_contacts') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.manager_type,
    records.delivery_unit,
    records.probation_region,
    records.allocated_on,
    records.last_contact_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
