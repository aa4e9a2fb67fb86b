-- The Parole Board's sample of cases on psychology risk assessments: one row a case, with the advice note on it.
with cases as (
    select
        review_id,
        event_on,
        outcome,
        psychology_risk_assessment_directed,
        psychology_risk_assessment_available,
        psychology_recommendation,
        earlier_recommendations_met
    from {{ source('records', 'hearing_events') }}
    where in_psychology_sample
),

reviews as (
    select
        review_id,
        custody_status
    from {{ source('records', 'ppud_review') }}
),

advice_notes as (
    select
        review_id,
        recommendation,
        reason_for_no_pra,
        row_number() over (
            partition by review_id
            order by completed_on desc nulls last, psychology_review_id desc nulls last
        ) as place
    from {{ source('records', 'psychology_reviews') }}
    where review_kind = 'pca_n'
)

select
    cases.review_id,
    cases.event_on as concluded_on,
    cases.outcome,
    cases.psychology_recommendation,
    cases.psychology_risk_assessment_directed as is_directed,
    cases.psychology_risk_assessment_available as is_available,
    cases.earlier_recommendations_met as are_recommendations_met,
    advice_notes.recommendation as advice,
    advice_notes.reason_for_no_pra,
    case reviews.custody_status when 'unreleased' then 'never_released' else 'recalled' end as cohort
from cases
inner join reviews on cases.review_id = reviews.review_id
-- The newest note on a review is the advice in force.
left join advice_notes on cases.review_id = advice_notes.review_id and advice_notes.place = 1
