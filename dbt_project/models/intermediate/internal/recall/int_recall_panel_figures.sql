with recalled as (
    select
        period_type,
        period_start,
        period_end,
        person_key,
        delivery_unit,
        returned_to_custody_on
    from {{ ref('int_people_on_days') }}
    where status = 'in_prison_recalled'
),

panels as (
    select
        person_key,
        held_on
    from {{ ref('stg_progression_panels') }}
),

first_panel as (
    select min(held_on) as held_on
    from panels
),

-- A day counts once the log goes twelve months back, as for panels held: before, too many panels are not in it.
last_panels as (
    select
        recalled.period_type,
        recalled.period_start,
        recalled.period_end,
        recalled.delivery_unit,
        coalesce(panels.held_on >= recalled.returned_to_custody_on, false) as is_reviewed
    from recalled
    inner join first_panel on first_panel.held_on + interval 12 month <= recalled.period_end + interval 1 day
    asof left join panels
        on
            recalled.person_key = panels.person_key
            and recalled.period_end >= panels.held_on
)

{{ shares_from_records('last_panels', 'ipp_recalled_reviewed_by_panel', 'is_reviewed', [[], ['delivery_unit']]) }}
