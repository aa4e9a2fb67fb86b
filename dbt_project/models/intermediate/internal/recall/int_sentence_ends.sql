with statuses as (
    select
        person_key,
        status,
        started_on
    from {{ ref('int_person_statuses') }}
),

absorbing as (
    select status
    from {{ ref('person_statuses') }}
    where is_absorbing
)

select
    statuses.person_key,
    min(statuses.started_on) as ended_on
from statuses
inner join absorbing on statuses.status = absorbing.status
group by statuses.person_key
