-- Published for 31 December only.
with in_hospital as (
    select
        period_type,
        period_start,
        period_end,
        sex
    from {{ ref('int_people_on_days') }}
    where
        location = 'hospital'
        and extract(month from period_end) = 12
),

transfers as (
    select
        person_key,
        moved_on
    from {{ source('records', 'nomis_movements') }}
    where movement_type = 'hospital_transfer'
),

returns as (
    select
        person_key,
        moved_on,
        to_prison
    from {{ source('records', 'nomis_movements') }}
    where movement_type = 'hospital_return'
),

reviews as (
    select
        person_key,
        concluded_on
    from {{ source('records', 'ppud_review') }}
    where concluded_on is not null
),

units as (
    select
        place,
        delivery_unit
    from {{ ref('int_delivery_units') }}
),

next_reviews as (
    select
        returns.person_key,
        returns.moved_on,
        min(reviews.concluded_on) as concluded_on
    from returns
    inner join reviews
        on
            returns.person_key = reviews.person_key
            and returns.moved_on <= reviews.concluded_on
    group by
        returns.person_key,
        returns.moved_on
),

remissions as (
    select
        returns.moved_on,
        units.delivery_unit,
        {{ days_between('returns.moved_on', 'next_reviews.concluded_on') }} as days_to_review
    from returns
    left join units on returns.to_prison = units.place
    left join next_reviews
        on
            returns.person_key = next_reviews.person_key
            and returns.moved_on = next_reviews.moved_on
),

transfers_in_periods as (
    {{ events_in_periods('transfers', 'moved_on', ['person_key'], ['quarter', 'calendar_year']) }}
),

remissions_in_periods as (
    {{
        events_in_periods(
            'remissions', 'moved_on', ['delivery_unit', 'days_to_review'], ['quarter', 'calendar_year']
        )
    }}
),

counted as (
    {{ counted([
        {'from': 'in_hospital', 'by': [[], ['sex']], 'columns': {'people': 'count(*)'}},
        {'from': 'transfers_in_periods', 'columns': {'transfers': 'count(*)'}},
        {
            'from': 'remissions_in_periods',
            'columns': {
                'remissions': 'count(*)',
                'mean_days_to_review': 'avg(days_to_review)',
                'lower_quartile_days_to_review': quantile('days_to_review', 0.25),
                'median_days_to_review': quantile('days_to_review', 0.5),
                'upper_quartile_days_to_review': quantile('days_to_review', 0.75),
                'remissions_reviewed': 'count(days_to_review)'
            }
        },
        {
            'from': 'remissions_in_periods',
            'by': [['delivery_unit']],
            'where': in_last_four_quarters(),
            'columns': {'remissions': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {'measure': 'ipp_restricted_patients', 'where': "counted.period_type = 'as_at'"},
        {'measure': 'ipp_hospital_transfers'}
    ],
    [
        'people', 'transfers', 'remissions', 'mean_days_to_review', 'lower_quartile_days_to_review',
        'median_days_to_review', 'upper_quartile_days_to_review', 'remissions_reviewed'
    ]
) }}
