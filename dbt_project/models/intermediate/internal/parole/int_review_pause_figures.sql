-- A deferral moves the review, an adjournment pauses a case that the panel keeps: the two are never added together.
with pauses as (
    select
        review_id,
        event_type,
        event_on,
        reason,
        directed_by,
        days_added,
        probation_region
    from {{ ref('stg_hearing_events') }}
    where event_type in ('deferral', 'adjournment')
),

reviews as (
    select
        review_id,
        concluded_on
    from {{ ref('stg_ppud_review') }}
    where concluded_on is not null
),

event_types as (
    select unnest(['deferral', 'adjournment']) as event_type
),

times as (
    select
        review_id,
        event_type,
        count(*) as times
    from pauses
    group by review_id, event_type
),

-- Every concluded review once for each kind of event, so that those without any are in the base.
reviews_by_times as (
    select
        reviews.concluded_on,
        event_types.event_type,
        coalesce(times.times, 0) as times_moved,
        case when times.times >= 3 then '3_or_more' else cast(coalesce(times.times, 0) as varchar) end as times
    from reviews
    cross join event_types
    left join times
        on
            reviews.review_id = times.review_id
            and event_types.event_type = times.event_type
),

paused as (
    {{
        events_in_periods(
            'pauses', 'event_on', ['event_type', 'reason', 'directed_by', 'days_added', 'probation_region']
        )
    }}
),

adjourned as (
    select
        period_type,
        period_start,
        period_end,
        probation_region
    from paused
    where event_type = 'adjournment'
),

concluded as (
    {{ events_in_periods('reviews_by_times', 'concluded_on', ['event_type', 'times_moved', 'times']) }}
)

{{
    figures_from_records(
        'paused',
        'deferrals_and_adjournments',
        'events',
        [
            ['event_type'],
            ['event_type', 'reason'],
            ['directed_by', 'event_type'],
            ['event_type', 'probation_region']
        ]
    )
}}
union all
{{
    figures_from_records(
        'paused', 'deferrals_and_adjournments', 'days', [['event_type'], ['event_type', 'reason']],
        statistic='mean_days_added', value='avg(days_added)', denominator='count(days_added)'
    )
}}
union all
{{
    figures_from_records(
        'concluded', 'deferrals_and_adjournments', 'reviews', [['event_type', 'times']],
        statistic='concluded_reviews'
    )
}}
union all
{{
    figures_from_records(
        'concluded', 'deferrals_and_adjournments', 'events', [['event_type']],
        statistic='mean_per_concluded_review', value='avg(times_moved)', numerator='sum(times_moved)',
        denominator='count(*)'
    )
}}
union all
{{ figures_from_records('adjourned', 'adjournments_by_region', 'events', [[], ['probation_region']]) }}
