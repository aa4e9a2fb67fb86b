{{ config(materialized='table') }}

-- Open conditions hold for a wing and a period, so a stay is known by the movement into it, never by the prison. It
-- lasts until the next movement: a transfer from one open prison to another begins a new stay.
with movements as (
    select
        person_key,
        moved_on,
        movement_reason,
        to_prison,
        lead(moved_on) over later as next_moved_on,
        lead(movement_reason) over later as next_movement_reason
    from {{ source('records', 'nomis_movements') }}
    window later as (partition by person_key order by moved_on, movement_sequence)
)

select
    person_key,
    to_prison as prison_code,
    moved_on as started_on,
    next_moved_on as ended_on,
    next_movement_reason as end_reason
from movements
where movement_reason = 'open_conditions'
