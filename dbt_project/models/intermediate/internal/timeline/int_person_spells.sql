{{ config(materialized='table') }}

with people as (
    select
        person_key,
        sex,
        sentence_type
    from {{ ref('int_people') }}
),

statuses as (
    select
        person_key,
        status,
        started_on
    from {{ ref('int_person_statuses') }}
),

status_list as (
    select
        status,
        location,
        custody_status
    from {{ ref('person_statuses') }}
),

movements as (
    select
        person_key,
        moved_on,
        from_prison,
        to_prison
    from {{ ref('stg_nomis_movements') }}
),

-- Of the movements of a day the last is the one that ends in a prison no other of them leaves.
prisons as (
    select
        movements.person_key,
        movements.moved_on as known_from,
        max(coalesce(movements.to_prison, '')) as prison_code
    from movements
    left join movements as onward
        on
            movements.person_key = onward.person_key
            and movements.moved_on = onward.moved_on
            and movements.to_prison = onward.from_prison
    where onward.person_key is null
    group by movements.person_key, movements.moved_on
),

region_records as (
    select
        person_key,
        supervision_started_on as known_from,
        probation_region
    from {{ ref('stg_ndelius_caseload') }}
    union all
    select
        person_key,
        licence_revoked_on as known_from,
        probation_region
    from {{ ref('stg_ppud_recall') }}
    where rescinded_on is null
),

regions as (
    select
        person_key,
        known_from,
        min(probation_region) as probation_region
    from region_records
    group by person_key, known_from
),

suspension_changes as (
    select
        person_key,
        supervision_suspended_on as known_from,
        true as is_suspended
    from {{ ref('stg_ndelius_caseload') }}
    where supervision_suspended_on is not null
    union all
    select
        person_key,
        supervision_ended_on as known_from,
        false as is_suspended
    from {{ ref('stg_ndelius_caseload') }}
    where
        supervision_suspended_on is not null
        and supervision_ended_on is not null
),

suspensions as (
    select
        person_key,
        known_from,
        bool_and(is_suspended) as is_suspended
    from suspension_changes
    group by person_key, known_from
),

days as (
    select
        person_key,
        started_on as changed_on
    from statuses
    union
    select
        person_key,
        known_from as changed_on
    from prisons
    union
    select
        person_key,
        known_from as changed_on
    from regions
    union
    select
        person_key,
        known_from as changed_on
    from suspensions
),

-- Everything as it stands on each day on which something may have changed.
standing as (
    select
        days.person_key,
        days.changed_on,
        statuses.status,
        status_list.location,
        status_list.custody_status,
        case when status_list.location = 'prison' then nullif(prisons.prison_code, '') end as prison_code,
        regions.probation_region,
        statuses.status = 'on_licence' and coalesce(suspensions.is_suspended, false) as is_supervision_suspended
    from days
    asof inner join statuses
        on
            days.person_key = statuses.person_key
            and days.changed_on >= statuses.started_on
    inner join status_list on statuses.status = status_list.status
    asof left join prisons
        on
            days.person_key = prisons.person_key
            and days.changed_on >= prisons.known_from
    asof left join regions
        on
            days.person_key = regions.person_key
            and days.changed_on >= regions.known_from
    asof left join suspensions
        on
            days.person_key = suspensions.person_key
            and days.changed_on >= suspensions.known_from
),

compared as (
    select
        person_key,
        changed_on,
        status,
        location,
        custody_status,
        prison_code,
        probation_region,
        is_supervision_suspended,
        row(status, prison_code, probation_region, is_supervision_suspended) as position
    from standing
),

moved as (
    select
        person_key,
        changed_on,
        status,
        location,
        custody_status,
        prison_code,
        probation_region,
        is_supervision_suspended
    from compared
    qualify position is distinct from lag(position) over (partition by person_key order by changed_on)
)

select
    moved.person_key,
    moved.status,
    moved.location,
    moved.custody_status,
    moved.prison_code,
    moved.probation_region,
    moved.is_supervision_suspended,
    people.sex,
    people.sentence_type,
    moved.changed_on as started_on,
    lead(moved.changed_on) over (partition by moved.person_key order by moved.changed_on) as ended_on
from moved
inner join people on moved.person_key = people.person_key
