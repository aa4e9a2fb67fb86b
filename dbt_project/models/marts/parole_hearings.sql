{%- set later_than_a_year_before = plus_years('extracts.extract_as_at', -1) -%}

-- Deferrals and adjournments are separate events and conclude nothing, so they are in no count here.
with hearings as (
    select
        review_series,
        outcome,
        event_on
    from {{ source('records', 'hearing_events') }}
    where event_type = 'oral_hearing_concluded'
),

hearings_concluded as (
    {{ events_in_periods('hearings', 'event_on', ['review_series', 'outcome'], published_for='parole_hearings') }}
),

reviews as (
    select
        hearing_type,
        custody_status,
        outcome,
        probation_region,
        prison_code,
        concluded_on
    from {{ source('records', 'ppud_review') }}
    where concluded_on is not null
),

reviews_concluded as (
    {{
        events_in_periods(
            'reviews', 'concluded_on',
            ['hearing_type', 'custody_status', 'outcome', 'probation_region', 'prison_code']
        )
    }}
),

-- Few reviews are concluded at one prison in a quarter: only the last calendar and financial year are of use.
reviews_of_the_last_year as (
    select
        reviews_concluded.period_type,
        reviews_concluded.period_start,
        reviews_concluded.period_end,
        reviews_concluded.prison_code
    from reviews_concluded
    cross join {{ ref('int_extract') }} as extracts
    where
        reviews_concluded.period_type <> 'quarter'
        and reviews_concluded.period_end > {{ later_than_a_year_before }}
),

counted as (
    {{ counted([
        {
            'from': 'hearings_concluded',
            'by': [[], ['review_series']],
            'columns': {
                'oral_hearings': 'count(*)',
                'released_at_oral_hearing': count_where("outcome = 'release'"),
                'released_at_oral_hearing_percent': percent_where("outcome = 'release'")
            }
        },
        {
            'from': 'reviews_concluded',
            'by': [
                [], ['hearing_type'], ['custody_status'], ['outcome'], ['probation_region'],
                ['hearing_type', 'outcome'], ['custody_status', 'outcome']
            ],
            'columns': {'reviews': 'count(*)'}
        },
        {'from': 'reviews_of_the_last_year', 'by': [['prison_code']], 'columns': {'reviews': 'count(*)'}},
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {
            'measure': 'review_oral_hearings',
            'where': "counted.breakdown = 'review_series' and counted.category = 'ipp_review'",
            'breakdown': ''
        },
        {
            'measure': 'recall_oral_hearings',
            'where': "counted.breakdown = 'review_series' and counted.category = 'recall'",
            'breakdown': ''
        },
        {'measure': 'parole_reviews'},
    ],
    ['oral_hearings', 'released_at_oral_hearing', 'released_at_oral_hearing_percent', 'reviews']
) }}
