with intervals as (
    select
        milestone,
        sentence_type,
        custody_status,
        ended_on,
        days,
        is_within_presumption,
        is_within_statutory_maximum
    from {{ ref('int_review_intervals') }}
),

in_periods as (
    {{
        events_in_periods(
            'intervals', 'ended_on',
            [
                'milestone', 'sentence_type', 'custody_status', 'days', 'is_within_presumption',
                'is_within_statutory_maximum'
            ]
        )
    }}
),

between_reviews as (
    select
        period_type,
        period_start,
        period_end,
        sentence_type,
        custody_status,
        days,
        is_within_presumption,
        is_within_statutory_maximum
    from in_periods
    where milestone = 'conclusion'
),

-- Each interval is measured against the limit that applied on the day it ended.
-- No presumption applied before February 2025.
with_presumption as (
    select
        period_type,
        period_start,
        period_end,
        sentence_type,
        custody_status,
        is_within_presumption
    from between_reviews
    where is_within_presumption is not null
),

with_maximum as (
    select
        period_type,
        period_start,
        period_end,
        sentence_type,
        custody_status,
        is_within_statutory_maximum
    from between_reviews
    where is_within_statutory_maximum is not null
),

between_dpp_referrals as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        days
    from in_periods
    where milestone = 'referral' and sentence_type = 'DPP'
)

{% set by = [[], ['sentence_type'], ['custody_status']] -%}

{{ counted([
    {
        'from': 'between_reviews',
        'by': by,
        'columns': {
            'intervals': 'count(*)',
            'mean_months': 'avg(days) / ' ~ var('days_in_a_month'),
            'median_months': quantile('days', 0.5) ~ ' / ' ~ var('days_in_a_month')
        }
    },
    {
        'from': 'with_presumption',
        'by': by,
        'columns': {
            'within_presumption_percent': percent_where('is_within_presumption'),
            'within_presumption': count_where('is_within_presumption'),
            'intervals_with_presumption': 'count(*)'
        }
    },
    {
        'from': 'with_maximum',
        'by': by,
        'columns': {
            'within_maximum_percent': percent_where('is_within_statutory_maximum'),
            'within_maximum': count_where('is_within_statutory_maximum'),
            'intervals_with_maximum': 'count(*)'
        }
    },
    {
        'from': 'between_dpp_referrals',
        'by': [[], ['custody_status']],
        'columns': {
            'dpp_referral_intervals': 'count(*)',
            'mean_months_between_dpp_referrals': 'avg(days) / ' ~ var('days_in_a_month')
        }
    },
]) }}
