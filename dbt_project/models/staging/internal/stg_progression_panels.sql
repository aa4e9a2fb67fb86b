with records as (
    select
        person_key,
        panel_id,
        cohort,
        delivery_unit,
        probation_region,
        held_on,
        purpose,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'progression_panels') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.panel_id,
    records.cohort,
    records.delivery_unit,
    records.probation_region,
    records.held_on,
    records.purpose,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
