{%- set dimensions = [[], ['cohort'], ['delivery_unit'], ['rag']] -%}

with panels as (
    select
        person_key,
        held_on
    from {{ ref('stg_progression_panels') }}
),

first_panel as (
    select min(held_on) as held_on
    from panels
),

-- A day counts once the log goes twelve months back: before, a person without a panel in it may have had one.
days as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end
    from {{ ref('int_reporting_periods') }} as periods
    inner join first_panel on first_panel.held_on + interval 12 month <= periods.period_end + interval 1 day
    where periods.period_type = 'as_at'
),

spells as (
    select
        person_key,
        case
            when custody_status = 'unreleased' then 'never_released'
            when custody_status = 'recalled' then 'recalled'
            else 'community'
        end as cohort,
        coalesce(prison_code, probation_region) as place,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where location in ('prison', 'community')
),

units as (
    select
        place,
        delivery_unit
    from {{ ref('int_delivery_units') }}
),

ratings as (
    select
        person_key,
        exercise_on as rated_on,
        coalesce(rating, 'not_rated') as rag
    from {{ ref('stg_rag_exercise') }}
),

people as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        spells.person_key,
        spells.cohort,
        spells.place
    from days
    inner join spells
        on
            days.period_end >= spells.started_on
            and (spells.ended_on is null or days.period_end < spells.ended_on)
),

people_with_panels as (
    select
        people.period_type,
        people.period_start,
        people.period_end,
        people.cohort,
        units.delivery_unit,
        coalesce(ratings.rag, 'not_rated') as rag,
        date_diff('day', panels.held_on, people.period_end) as days_since,
        coalesce(panels.held_on > people.period_end - interval 12 month, false) as has_panel
    from people
    left join units on people.place = units.place
    asof left join panels
        on
            people.person_key = panels.person_key
            and people.period_end >= panels.held_on
    asof left join ratings
        on
            people.person_key = ratings.person_key
            and people.period_end >= ratings.rated_on
)

{{
    figures_from_records(
        'people_with_panels', 'progression_panels', 'people', dimensions,
        value='count(*) filter (where has_panel)'
    )
}}
union all
{{
    figures_from_records(
        'people_with_panels', 'progression_panels', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where has_panel) / count(*)',
        numerator='count(*) filter (where has_panel)',
        denominator='count(*)'
    )
}}
{%- for statistic, value in [
    ('lower_quartile', 'quantile_cont(days_since, 0.25)'),
    ('median', 'median(days_since)'),
    ('upper_quartile', 'quantile_cont(days_since, 0.75)')
] %}
union all
{{
    figures_from_records(
        'people_with_panels', 'progression_panels', 'days', dimensions,
        statistic=statistic, value=value, denominator='count(days_since)'
    )
}}
{%- endfor %}
