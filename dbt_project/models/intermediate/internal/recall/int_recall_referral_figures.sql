with recalls as (
    select
        recall_id,
        returned_to_custody_on,
        least(rereleased_on, sentence_ended_on) as left_on,
        as_at
    from {{ ref('int_recalls') }}
    where returned_to_custody_on is not null
),

-- The first review after the return; later ones of a recalled person are of another series.
referrals as (
    select
        recall_id,
        min(referred_on) as referred_on
    from {{ ref('stg_ppud_review') }}
    where review_series = 'recall'
    group by recall_id
),

limits as (
    select days
    from {{ ref('parole_referral_limits') }}
),

recalls_and_referrals as (
    select
        recalls.returned_to_custody_on,
        recalls.left_on,
        recalls.as_at,
        referrals.referred_on - recalls.returned_to_custody_on as days_to_referral
    from recalls
    left join referrals on recalls.recall_id = referrals.recall_id
),

returned as (
    {{
        events_in_periods(
            'recalls_and_referrals', 'returned_to_custody_on',
            ['returned_to_custody_on', 'left_on', 'as_at', 'days_to_referral']
        )
    }}
),

-- Owed a referral by the limit: it had passed by the day of the extract, and nobody had left without a referral before.
owed as (
    select
        returned.period_type,
        returned.period_start,
        returned.period_end,
        limits.days,
        coalesce(returned.days_to_referral <= limits.days, false) as is_within
    from returned
    cross join limits
    where
        returned.returned_to_custody_on + limits.days <= returned.as_at
        and (
            returned.days_to_referral is not null
            or returned.left_on is null
            or returned.left_on > returned.returned_to_custody_on + limits.days
        )
)

{{ distribution_from_records('returned', 'ipp_days_to_parole_referral', 'days', 'days_to_referral') }}
union all
select
    'ipp_days_to_parole_referral' as measure,
    'share_within_' || days || '_days' as statistic,
    '' as breakdown,
    period_type,
    period_start,
    period_end,
    100.0 * count(*) filter (where is_within) / count(*) as value,
    count(*) filter (where is_within) as numerator,
    count(*) as denominator,
    'percent' as unit
from owed
group by
    days,
    period_type,
    period_start,
    period_end
