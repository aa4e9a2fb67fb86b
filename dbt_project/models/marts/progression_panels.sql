with panels as (
    select
        person_key,
        held_on,
        lead(held_on) over (partition by person_key order by held_on) as next_held_on
    from {{ source('records', 'progression_panels') }}
),

first_panel as (
    select min(held_on) as held_on
    from panels
),

ratings as (
    select
        person_key,
        coalesce(rating, 'not_rated') as rag,
        exercise_on as rated_on,
        lead(exercise_on) over (partition by person_key order by exercise_on) as next_rated_on
    from {{ source('records', 'rag_exercise') }}
),

people as (
    select
        people_on_days.period_type,
        people_on_days.period_start,
        people_on_days.period_end,
        people_on_days.person_key,
        people_on_days.returned_to_custody_on,
        case
            when people_on_days.custody_status = 'unreleased' then 'never_released'
            when people_on_days.custody_status = 'recalled' then 'recalled'
            else 'community'
        end as cohort,
        case people_on_days.location
            when 'prison' then people_on_days.prison_code
            else people_on_days.probation_region
        end as place
    from {{ ref('int_people_on_days') }} as people_on_days
    -- A day counts once the log goes back twelve months: on earlier days, panels of those months are missing.
    inner join first_panel
        on {{ plus_months('first_panel.held_on', 12) }} <= {{ plus_days('people_on_days.period_end', 1) }}
    where people_on_days.location in ('prison', 'community')
),

people_with_panels as (
    select
        people.period_type,
        people.period_start,
        people.period_end,
        people.cohort,
        units.delivery_unit,
        coalesce(ratings.rag, 'not_rated') as rag,
        {{ days_between('panels.held_on', 'people.period_end') }} as days_since_panel,
        coalesce(panels.held_on > {{ plus_months('people.period_end', -12) }}, false) as has_panel,
        coalesce(panels.held_on >= people.returned_to_custody_on, false) as is_reviewed_since_return
    from people
    left join {{ ref('int_delivery_units') }} as units on people.place = units.place
    left join panels
        on
            people.person_key = panels.person_key
            and people.period_end >= panels.held_on
            and (panels.next_held_on is null or people.period_end < panels.next_held_on)
    left join ratings
        on
            people.person_key = ratings.person_key
            and people.period_end >= ratings.rated_on
            and (ratings.next_rated_on is null or people.period_end < ratings.next_rated_on)
)

{%- set panels_held = {
    'people': 'count(*)',
    'people_with_panel': count_where('has_panel'),
    'people_with_panel_percent': percent_where('has_panel'),
    'people_with_any_panel': 'count(days_since_panel)',
    'lower_quartile_days_since_panel': quantile('days_since_panel', 0.25),
    'median_days_since_panel': quantile('days_since_panel', 0.5),
    'upper_quartile_days_since_panel': quantile('days_since_panel', 0.75),
} %}
{%- set recalled_people = {
    'recalled_people': 'count(*)',
    'recalled_people_reviewed': count_where('is_reviewed_since_return'),
    'recalled_people_reviewed_percent': percent_where('is_reviewed_since_return'),
} %}

{{ counted([
    {'from': 'people_with_panels', 'by': [[], ['cohort'], ['rag']], 'columns': panels_held},
    {
        'from': 'people_with_panels',
        'where': in_last_four_quarters(),
        'by': [['delivery_unit']],
        'columns': panels_held
    },
    {'from': 'people_with_panels', 'where': "cohort = 'recalled'", 'columns': recalled_people},
    {
        'from': 'people_with_panels',
        'where': "cohort = 'recalled' and " ~ in_last_four_quarters(),
        'by': [['delivery_unit']],
        'columns': recalled_people
    },
]) }}
