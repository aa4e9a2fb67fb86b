with records as (
    select
        person_key,
        rarr_id,
        recall_id,
        sentence_type,
        probation_region,
        ground,
        considered_on,
        decided_on,
        decision,
        released_on,
        expected_hearing_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_rarr') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.rarr_id,
    records.recall_id,
    records.sentence_type,
    records.probation_region,
    records.ground,
    records.considered_on,
    records.decided_on,
    records.decision,
    records.released_on,
    records.expected_hearing_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
