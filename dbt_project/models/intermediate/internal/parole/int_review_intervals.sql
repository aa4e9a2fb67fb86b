{{ config(materialized='table') }}

-- Consecutive reviews of one unbroken time in custody: of an unreleased person, or of a person back from one recall.
-- The years between a release and the next recall are no wait for a review.
with reviews as (
    select
        person_key,
        review_id,
        sentence_type,
        custody_status,
        recall_id,
        referred_on,
        concluded_on
    from {{ source('records', 'ppud_review') }}
),

concluded as (
    select
        sentence_type,
        custody_status,
        concluded_on as ended_on,
        lag(concluded_on) over (
            partition by person_key, custody_status, recall_id
            order by concluded_on, review_id
        ) as began_on
    from reviews
    where concluded_on is not null
),

referred as (
    select
        sentence_type,
        custody_status,
        referred_on as ended_on,
        lag(referred_on) over (
            partition by person_key, custody_status, recall_id
            order by referred_on, review_id
        ) as began_on
    from reviews
),

intervals as (
    select
        'conclusion' as milestone,
        sentence_type,
        custody_status,
        began_on,
        ended_on
    from concluded
    where began_on is not null
    union all
    select
        'referral' as milestone,
        sentence_type,
        custody_status,
        began_on,
        ended_on
    from referred
    where began_on is not null
),

-- Each limit with the day on which the next one of its kind replaces it.
limits as (
    select
        rule,
        sentence_type,
        in_force_from,
        lead(in_force_from) over (partition by rule, sentence_type order by in_force_from) as replaced_on,
        amount
    from {{ ref('dated_rules') }}
    where
        rule in ('parole_interval_presumption', 'parole_interval_maximum')
        and in_force_from is not null
)

select
    intervals.milestone,
    intervals.sentence_type,
    intervals.custody_status,
    intervals.began_on,
    intervals.ended_on,
    -- Whole days, so that a sum of them is the same in any order; limits are kept by the calendar.
    {{ days_between('intervals.began_on', 'intervals.ended_on') }} as days,
    intervals.ended_on <= {{ plus_months('intervals.began_on', 'presumptions.amount') }} as is_within_presumption,
    intervals.ended_on <= {{ plus_months('intervals.began_on', 'maxima.amount') }} as is_within_statutory_maximum
from intervals
left join limits as presumptions
    on
        presumptions.rule = 'parole_interval_presumption'
        and intervals.sentence_type = presumptions.sentence_type
        and intervals.ended_on >= presumptions.in_force_from
        and (presumptions.replaced_on is null or intervals.ended_on < presumptions.replaced_on)
left join limits as maxima
    on
        maxima.rule = 'parole_interval_maximum'
        and intervals.sentence_type = maxima.sentence_type
        and intervals.ended_on >= maxima.in_force_from
        and (maxima.replaced_on is null or intervals.ended_on < maxima.replaced_on)
