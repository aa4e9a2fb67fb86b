with people as (
    select
        person_key,
        tariff_expiry_on
    from {{ ref('int_people') }}
),

spells as (
    select
        person_key,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where status = 'in_prison_unreleased'
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

-- The running number of reviews of each person that moved nobody on.
reviews as (
    select
        reviews.person_key,
        reviews.concluded_on,
        row_number() over (partition by reviews.person_key order by reviews.concluded_on, reviews.review_id)
            as number_of_reviews
    from {{ ref('stg_ppud_review') }} as reviews
    inner join people on reviews.person_key = people.person_key
    where
        reviews.custody_status = 'unreleased'
        and reviews.outcome = 'remain_in_custody'
        and reviews.concluded_on >= people.tariff_expiry_on
),

never_released as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        spells.person_key
    from days
    inner join spells
        on
            days.period_end >= spells.started_on
            and coalesce(days.period_end < spells.ended_on, true)
    inner join people
        on
            spells.person_key = people.person_key
            and days.period_end >= people.tariff_expiry_on
),

counted as (
    select
        never_released.period_type,
        never_released.period_start,
        never_released.period_end,
        coalesce(reviews.number_of_reviews, 0) as reviews_without_progression
    from never_released
    asof left join reviews
        on
            never_released.person_key = reviews.person_key
            and never_released.period_end >= reviews.concluded_on
),

banded as (
    select
        period_type,
        period_start,
        period_end,
        reviews_without_progression,
        case
            when reviews_without_progression >= 10 then '10_or_more'
            else cast(reviews_without_progression as varchar)
        end as number_of_reviews
    from counted
)

{{ figures_from_records('banded', 'reviews_without_progression', 'people', [[], ['number_of_reviews']]) }}
union all
{{
    figures_from_records(
        'banded', 'reviews_without_progression', 'reviews', statistic='mean',
        value='avg(reviews_without_progression)', numerator='sum(reviews_without_progression)', denominator='count(*)'
    )
}}
