with movements as (
    select
        person_key,
        moved_on,
        movement_type,
        to_prison
    from {{ ref('stg_nomis_movements') }}
),

reviews as (
    select
        person_key,
        concluded_on
    from {{ ref('stg_ppud_review') }}
    where concluded_on is not null
),

units as (
    select
        place,
        delivery_unit
    from {{ ref('int_delivery_units') }}
),

transfers as (
    select
        person_key,
        moved_on
    from movements
    where movement_type = 'hospital_transfer'
),

returns as (
    select
        person_key,
        moved_on,
        to_prison
    from movements
    where movement_type = 'hospital_return'
),

next_reviews as (
    select distinct
        person_key,
        concluded_on
    from reviews
),

remissions as (
    select
        returns.moved_on,
        units.delivery_unit,
        date_diff('day', returns.moved_on, next_reviews.concluded_on) as days_to_review
    from returns
    left join units on returns.to_prison = units.place
    asof left join next_reviews
        on
            returns.person_key = next_reviews.person_key
            and returns.moved_on <= next_reviews.concluded_on
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
)

{{ figures_from_records('transfers_in_periods', 'ipp_hospital_transfers', 'transfers') }}
union all
{{ figures_from_records('remissions_in_periods', 'hospital_remissions', 'moves', [[], ['delivery_unit']]) }}
union all
{{ distribution_from_records('remissions_in_periods', 'hospital_remissions', 'days', 'days_to_review') }}
