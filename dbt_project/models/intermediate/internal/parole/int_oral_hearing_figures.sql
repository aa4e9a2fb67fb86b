-- Deferrals and adjournments are events of their own and conclude nothing, so they are in no base here.
with hearings as (
    select
        review_series,
        outcome,
        event_on
    from {{ ref('stg_hearing_events') }}
    where event_type = 'oral_hearing_concluded'
),

concluded as (
    {{
        events_in_periods(
            'hearings', 'event_on', ['review_series', 'outcome'], printed_for='parole_outcomes'
        )
    }}
),

on_reviews as (
    select
        period_type,
        period_start,
        period_end
    from concluded
    where review_series = 'ipp_review' and period_type <> 'period'
),

on_recalls as (
    select
        period_type,
        period_start,
        period_end
    from concluded
    where review_series = 'recall' and period_type <> 'period'
)

{{ figures_from_records('on_reviews', 'review_oral_hearings', 'hearings') }}
union all
{{ figures_from_records('on_recalls', 'recall_oral_hearings', 'hearings') }}
union all
{{
    shares_from_records(
        'concluded', 'oral_hearing_release_share', "outcome = 'release'", [[], ['review_series']]
    )
}}
