with records as (
    select
        person_key,
        termination_review_id,
        sex,
        sentence_type,
        probation_region,
        termination_route,
        termination_regime,
        qualifying_period_ended_on,
        referral_due_on,
        is_surge_case,
        referred_on,
        decided_on,
        outcome,
        licence_ended_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_termination_review') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.termination_review_id,
    records.sex,
    records.sentence_type,
    records.probation_region,
    records.termination_route,
    records.termination_regime,
    records.qualifying_period_ended_on,
    records.referral_due_on,
    records.is_surge_case,
    records.referred_on,
    records.decided_on,
    records.outcome,
    records.licence_ended_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
