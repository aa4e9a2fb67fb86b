with records as (
    select
        person_key,
        report_id,
        review_id,
        sentence_type,
        probation_region,
        due_on,
        received_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'parom1_reports') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.report_id,
    records.review_id,
    records.sentence_type,
    records.probation_region,
    records.due_on,
    records.received_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
