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
            'intervals',
            'ended_on',
            [
                'milestone',
                'sentence_type',
                'custody_status',
                'days',
                'is_within_presumption',
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
        days
    from in_periods
    where milestone = 'conclusion'
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
),

-- A pair is held to the rule in force when it ended; before the presumption there is only the maximum.
held_to_limits as (
    select
        period_type,
        period_start,
        period_end,
        sentence_type,
        custody_status,
        'presumption' as interval,
        is_within_presumption as is_within
    from in_periods
    where milestone = 'conclusion' and is_within_presumption is not null
    union all
    select
        period_type,
        period_start,
        period_end,
        sentence_type,
        custody_status,
        'statutory_maximum' as interval,
        is_within_statutory_maximum as is_within
    from in_periods
    where milestone = 'conclusion' and is_within_statutory_maximum is not null
)

{{
    figures_from_records(
        'between_reviews', 'months_between_reviews', 'months', [[], ['sentence_type'], ['custody_status']],
        statistic='mean', value='avg(days) / ' ~ var('days_in_a_month'), denominator='count(*)'
    )
}}
union all
{{
    figures_from_records(
        'between_reviews', 'months_between_reviews', 'months', [[], ['sentence_type'], ['custody_status']],
        statistic='median', value='median(days) / ' ~ var('days_in_a_month'), denominator='count(*)'
    )
}}
union all
{{
    shares_from_records(
        'held_to_limits', 'months_between_reviews', 'is_within',
        [['interval'], ['interval', 'sentence_type'], ['custody_status', 'interval']], statistic='share_within'
    )
}}
union all
{{
    figures_from_records(
        'between_dpp_referrals', 'months_between_dpp_referrals', 'months', [[], ['custody_status']],
        statistic='mean', value='avg(days) / ' ~ var('days_in_a_month'), denominator='count(*)'
    )
}}
