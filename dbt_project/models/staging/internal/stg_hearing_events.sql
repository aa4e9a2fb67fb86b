with records as (
    select
        person_key,
        event_id,
        review_id,
        probation_region,
        review_series,
        event_type,
        event_on,
        outcome,
        reason,
        directed_by,
        days_added,
        in_psychology_sample,
        psychology_risk_assessment_directed,
        psychology_risk_assessment_available,
        psychology_recommendation,
        earlier_recommendations_met,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'hearing_events') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.event_id,
    records.review_id,
    records.probation_region,
    records.review_series,
    records.event_type,
    records.event_on,
    records.outcome,
    records.reason,
    records.directed_by,
    records.days_added,
    records.in_psychology_sample,
    records.psychology_risk_assessment_directed,
    records.psychology_risk_assessment_available,
    records.psychology_recommendation,
    records.earlier_recommendations_met,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
