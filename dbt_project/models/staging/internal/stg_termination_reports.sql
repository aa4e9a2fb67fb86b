with records as (
    select
        person_key,
        report_id,
        termination_review_id,
        sentence_type,
        probation_region,
        is_surge_case,
        due_on,
        submitted_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'termination_reports') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.report_id,
    records.termination_review_id,
    records.sentence_type,
    records.probation_region,
    records.is_surge_case,
    records.due_on,
    records.submitted_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
