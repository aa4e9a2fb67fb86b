with records as (
    select
        person_key,
        aftercare_id,
        probation_region,
        released_on,
        plan_agreed_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 's117_aftercare') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.aftercare_id,
    records.probation_region,
    records.released_on,
    records.plan_agreed_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
