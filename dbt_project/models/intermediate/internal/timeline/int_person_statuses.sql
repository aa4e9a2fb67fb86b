{{ config(materialized='table') }}

with claims as (
    select
        person_key,
        status,
        started_on,
        ended_on
    from {{ ref('int_status_claims') }}
),

statuses as (
    select
        status,
        precedence
    from {{ ref('person_statuses') }}
),

days as (
    select
        person_key,
        started_on as changed_on
    from claims
    union
    select
        person_key,
        ended_on as changed_on
    from claims
    where ended_on is not null
),

-- Of the claims that hold on a day, the first in the order of precedence.
decided as (
    select
        days.person_key,
        days.changed_on,
        min_by(claims.status, statuses.precedence) as status
    from days
    inner join claims
        on
            days.person_key = claims.person_key
            and days.changed_on >= claims.started_on
            and coalesce(days.changed_on < claims.ended_on, true)
    inner join statuses on claims.status = statuses.status
    group by days.person_key, days.changed_on
),

compared as (
    select
        person_key,
        changed_on,
        status,
        lag(status) over (partition by person_key order by changed_on) as status_before
    from decided
)

select
    person_key,
    status,
    changed_on as started_on,
    lead(changed_on) over (partition by person_key order by changed_on) as ended_on
from compared
where status is distinct from status_before
