-- A deferral moves the review to a later date, an adjournment pauses a case that the panel keeps: they are never added.
with events as (
    select
        review_id,
        event_type,
        event_on,
        reason,
        directed_by,
        days_added,
        probation_region
    from {{ source('records', 'hearing_events') }}
    where event_type in ('deferral', 'adjournment')
),

events_of_review as (
    select
        review_id,
        {{ count_where("event_type = 'adjournment'") }} as adjournments,
        {{ count_where("event_type = 'deferral'") }} as deferrals
    from events
    group by review_id
),

-- A review that was never deferred or adjourned is counted too, with no event.
reviews as (
    select
        reviews.concluded_on,
        coalesce(events_of_review.adjournments, 0) as adjournments,
        coalesce(events_of_review.deferrals, 0) as deferrals
    from {{ source('records', 'ppud_review') }} as reviews
    left join events_of_review on reviews.review_id = events_of_review.review_id
    where reviews.concluded_on is not null
),

reviews_by_times as (
    select
        concluded_on,
        adjournments,
        deferrals,
        case when adjournments >= 3 then '3_or_more' else cast(adjournments as {{ dbt.type_string() }}) end
            as times_adjourned,
        case when deferrals >= 3 then '3_or_more' else cast(deferrals as {{ dbt.type_string() }}) end as times_deferred
    from reviews
),

directed as (
    {{
        events_in_periods(
            'events', 'event_on', ['event_type', 'reason', 'directed_by', 'days_added', 'probation_region']
        )
    }}
),

concluded as (
    {{
        events_in_periods(
            'reviews_by_times', 'concluded_on', ['adjournments', 'deferrals', 'times_adjourned', 'times_deferred']
        )
    }}
)

{% set adjourned = "filter (where event_type = 'adjournment')" -%}
{%- set deferred = "filter (where event_type = 'deferral')" -%}

{{ counted([
    {
        'from': 'directed',
        'by': [[], ['probation_region'], ['reason'], ['directed_by']],
        'columns': {'adjournments': 'count(*) ' ~ adjourned, 'deferrals': 'count(*) ' ~ deferred}
    },
    {
        'from': 'directed',
        'by': [[], ['reason']],
        'columns': {
            'mean_days_added_by_adjournment': 'avg(days_added) ' ~ adjourned,
            'adjournments_with_days': 'count(days_added) ' ~ adjourned,
            'mean_days_added_by_deferral': 'avg(days_added) ' ~ deferred,
            'deferrals_with_days': 'count(days_added) ' ~ deferred
        }
    },
    {
        'from': 'concluded',
        'by': [[], ['times_adjourned'], ['times_deferred']],
        'columns': {'concluded_reviews': 'count(*)'}
    },
    {
        'from': 'concluded',
        'columns': {
            'adjournments_of_concluded_reviews': 'sum(adjournments)',
            'mean_adjournments_per_concluded_review': 'avg(adjournments)',
            'deferrals_of_concluded_reviews': 'sum(deferrals)',
            'mean_deferrals_per_concluded_review': 'avg(deferrals)'
        }
    },
]) }}
