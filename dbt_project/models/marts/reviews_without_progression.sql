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

reviews as (
    select
        reviews.person_key,
        reviews.concluded_on
    from {{ source('records', 'ppud_review') }} as reviews
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

reviews_of_people as (
    select
        never_released.period_type,
        never_released.period_start,
        never_released.period_end,
        never_released.person_key,
        count(reviews.concluded_on) as reviews
    from never_released
    left join reviews
        on
            never_released.person_key = reviews.person_key
            and never_released.period_end >= reviews.concluded_on
    group by
        never_released.period_type,
        never_released.period_start,
        never_released.period_end,
        never_released.person_key
),

by_number as (
    select
        period_type,
        period_start,
        period_end,
        reviews,
        case when reviews >= 10 then '10_or_more' else cast(reviews as {{ dbt.type_string() }}) end as number_of_reviews
    from reviews_of_people
)

{{ counted([
    {'from': 'by_number', 'by': [[], ['number_of_reviews']], 'columns': {'people': 'count(*)'}},
    {'from': 'by_number', 'columns': {'reviews': 'sum(reviews)', 'mean_reviews': 'avg(reviews)'}},
]) }}
