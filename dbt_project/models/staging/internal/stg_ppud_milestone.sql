with records as (
    select
        person_key,
        milestone_id,
        review_id,
        milestone,
        due_on,
        reached_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_milestone') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.milestone_id,
    records.review_id,
    records.milestone,
    records.due_on,
    records.reached_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
