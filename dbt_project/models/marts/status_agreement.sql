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

kinds_of_source as (
    select source_kind
    from {{ source('records', 'nomis_custody_snapshot') }}
    union
    select source_kind
    from {{ source('records', 'ndelius_caseload') }}
    union
    select source_kind
    from {{ source('records', 'ppud_sentence') }}
),

-- The loader refuses extracts of two kinds together.
sources as (
    select max(source_kind) as source_kind
    from kinds_of_source
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
    judged.kind,
    judged.compared_with,
    case when judged.agreement in ('equal', 'outside_tolerance') then cast(judged.people as integer) end as people,
    judged.at_most,
    'people' as unit,
    judged.agreement,
    case
        when judged.agreement = 'outside_tolerance'
            then
                judged.kind || ': ' || cast(judged.people as {{ dbt.type_string() }}) || ' people, at most '
                || cast(judged.at_most as {{ dbt.type_string() }}) || ' may disagree. Look at ' || judged.look_at
        else ''
    end as finding,
    judged.reason,
    sources.source_kind,
    judged.as_at as extract_as_at
from judged
cross join sources
