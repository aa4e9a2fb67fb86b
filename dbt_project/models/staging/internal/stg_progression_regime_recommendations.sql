with records as (
    select
        person_key,
        recommendation_id,
        prison_code,
        recommended_on,
        decided_on,
        decision,
        refusal_reason,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'progression_regime_recommendations') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.recommendation_id,
    records.prison_code,
    records.recommended_on,
    records.decided_on,
    records.decision,
    records.refusal_reason,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
