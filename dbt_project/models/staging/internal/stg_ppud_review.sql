with records as (
    select
        person_key,
        review_id,
        sentence_type,
        probation_region,
        review_series,
        review_type,
        review_status,
        custody_status,
        prison_code,
        recall_id,
        referral_due_on,
        referred_on,
        hearing_type,
        expected_hearing_on,
        concluded_on,
        outcome,
        secretary_of_state_decision,
        secretary_of_state_decided_on,
        termination_added_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_review') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.review_id,
    records.sentence_type,
    records.probation_region,
    records.review_series,
    records.review_type,
    records.review_status,
    records.custody_status,
    records.prison_code,
    records.recall_id,
    records.referral_due_on,
    records.referred_on,
    records.hearing_type,
    records.expected_hearing_on,
    records.concluded_on,
    records.outcome,
    records.secretary_of_state_decision,
    records.secretary_of_state_decided_on,
    records.termination_added_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
