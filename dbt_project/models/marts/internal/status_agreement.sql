with counted as (
    select
        kind,
        compared_with,
        is_compared,
        people,
        at_most,
        look_at,
        reason,
        as_at
    from {{ ref('int_status_disagreements') }}
),

judged as (
    select
        kind,
        compared_with,
        people,
        at_most,
        look_at,
        reason,
        as_at,
        case
            when not is_compared then 'not_comparable'
            when people = 0 then 'equal'
            when people <= at_most then 'within_tolerance'
            else 'outside_tolerance'
        end as agreement
    from counted
)

-- A number within the tolerance is a small count of people: it stays in the internal file. One outside it is shown,
-- because then nothing is published.
select
    kind,
    compared_with,
    case when agreement in ('equal', 'outside_tolerance') then cast(people as integer) end as people,
    at_most,
    agreement,
    case
        when agreement = 'outside_tolerance'
            then
                kind || ': ' || cast(people as varchar) || ' people, at most ' || cast(at_most as varchar)
                || ' may disagree. Look at ' || look_at
        else ''
    end as finding,
    reason,
    as_at as extract_as_at
from judged
