with activities as (
    select
        person_key,
        activity_id,
        stage,
        service_type,
        region,
        sex,
        location,
        started_on,
        completed_on,
        outcome,
        as_at,
        source_kind,
        source_file
    from {{ source('internal_landing', 'opd_activity') }}
),

-- Each extract is the whole log as it stood on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from activities
)

select
    activities.person_key,
    activities.activity_id,
    activities.stage,
    activities.service_type,
    activities.region,
    activities.sex,
    activities.location,
    activities.started_on,
    activities.completed_on,
    activities.outcome,
    activities.as_at,
    activities.source_kind,
    activities.source_file
from activities
inner join newest on activities.as_at = newest.as_at
