with recalls as (
    select
        recall_id,
        returned_to_custody_on,
        least(coalesce(rereleased_on, sentence_ended_on), coalesce(sentence_ended_on, rereleased_on)) as left_on,
        as_at
    from {{ ref('int_recalls') }}
    where returned_to_custody_on is not null
),

-- The first review after the return; later ones of a recalled person are of another series.
referrals as (
    select
        recall_id,
        min(referred_on) as referred_on
    from {{ source('records', 'ppud_review') }}
    where review_series = 'recall'
    group by recall_id
),

recalls_and_referrals as (
    select
        recalls.returned_to_custody_on,
        recalls.left_on,
        recalls.as_at,
        {{ days_between('recalls.returned_to_custody_on', 'referrals.referred_on') }} as days_to_referral
    from recalls
    left join referrals on recalls.recall_id = referrals.recall_id
),

-- A limit (meta.parole_referral_limits) had passed by the day of the extract, and the person had not left before it
-- without a referral.
owed as (
    select
        returned_to_custody_on,
        days_to_referral,
        {{ plus_days('returned_to_custody_on', 28) }} <= as_at
        and (
            days_to_referral is not null
            or left_on is null
            or left_on > {{ plus_days('returned_to_custody_on', 28) }}
        ) as is_owed_by_28_days,
        {{ plus_days('returned_to_custody_on', 42) }} <= as_at
        and (
            days_to_referral is not null
            or left_on is null
            or left_on > {{ plus_days('returned_to_custody_on', 42) }}
        ) as is_owed_by_42_days
    from recalls_and_referrals
),

returned as (
    {{
        events_in_periods(
            'owed', 'returned_to_custody_on', ['days_to_referral', 'is_owed_by_28_days', 'is_owed_by_42_days']
        )
    }}
)

{{ counted([
    {
        'from': 'returned',
        'columns': {
            'recalls_referred': 'count(days_to_referral)',
            'mean_days_to_referral': 'avg(days_to_referral)',
            'lower_quartile_days_to_referral': quantile('days_to_referral', 0.25),
            'median_days_to_referral': quantile('days_to_referral', 0.5),
            'upper_quartile_days_to_referral': quantile('days_to_referral', 0.75)
        }
    },
    {
        'from': 'returned',
        'where': 'is_owed_by_28_days',
        'columns': {
            'referred_within_28_days': count_where('days_to_referral <= 28'),
            'referrals_owed_by_28_days': 'count(*)',
            'referred_within_28_days_percent': percent_where('days_to_referral <= 28')
        }
    },
    {
        'from': 'returned',
        'where': 'is_owed_by_42_days',
        'columns': {
            'referred_within_42_days': count_where('days_to_referral <= 42'),
            'referrals_owed_by_42_days': 'count(*)',
            'referred_within_42_days_percent': percent_where('days_to_referral <= 42')
        }
    },
]) }}
