with records as (
    select
        person_key,
        psychology_review_id,
        sentence_type,
        custody_status,
        delivery_unit,
        review_kind,
        review_id,
        completed_on,
        recommendation,
        reason_for_no_pra,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'psychology_reviews') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.psychology_review_id,
    records.sentence_type,
    records.custody_status,
    records.delivery_unit,
    records.review_kind,
    records.review_id,
    records.completed_on,
    records.recommendation,
    records.reason_for_no_pra,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
