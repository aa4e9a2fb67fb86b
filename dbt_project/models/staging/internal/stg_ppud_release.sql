with records as (
    select
        person_key,
        release_id,
        sex,
        sentence_type,
        probation_region,
        release_kind,
        route,
        released_on,
        from_prison,
        review_id,
        recall_id,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_release') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.release_id,
    records.sex,
    records.sentence_type,
    records.probation_region,
    records.release_kind,
    records.route,
    records.released_on,
    records.from_prison,
    records.review_id,
    records.recall_id,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
