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
        movement_sequence,
        to_prison
    from {{ source('records', 'nomis_movements') }}
),

supervisions as (
    select
        person_key,
        supervision_started_on,
        supervision_suspended_on,
        supervision_ended_on,
        probation_region
    from {{ source('records', 'ndelius_caseload') }}
),

recalls as (
    select
        person_key,
        licence_revoked_on,
        probation_region
    from {{ source('records', 'ppud_recall') }}
    where rescinded_on is null
),

-- What is null in a change stays as it was. A movement out of prison has no prison: '' means that.
changes as (
    select
        person_key,
        started_on as changed_on,
        status,
        null as prison_code,
        null as movement_sequence,
        null as probation_region,
        null as is_suspended
    from statuses
    union all
    select
        person_key,
        moved_on as changed_on,
        null as status,
        coalesce(to_prison, '') as prison_code,
        movement_sequence,
        null as probation_region,
        null as is_suspended
    from movements
    union all
    select
        person_key,
        supervision_started_on as changed_on,
        null as status,
        null as prison_code,
        null as movement_sequence,
        probation_region,
        null as is_suspended
    from supervisions
    union all
    select
        person_key,
        licence_revoked_on as changed_on,
        null as status,
        null as prison_code,
        null as movement_sequence,
        probation_region,
        null as is_suspended
    from recalls
    union all
    select
        person_key,
        supervision_suspended_on as changed_on,
        null as status,
        null as prison_code,
        null as movement_sequence,
        null as probation_region,
        true as is_suspended
    from supervisions
    where supervision_suspended_on is not null
    union all
    select
        person_key,
        supervision_ended_on as changed_on,
        null as status,
        null as prison_code,
        null as movement_sequence,
        null as probation_region,
        false as is_suspended
    from supervisions
    where
        supervision_suspended_on is not null
        and supervision_ended_on is not null
),

days as (
    select
        person_key,
        changed_on,
        min(status) as status,
        max_by(prison_code, movement_sequence) as prison_code,
        min(probation_region) as probation_region,
        bool_and(is_suspended) as is_suspended
    from changes
    group by
        person_key,
        changed_on
),

-- Everything as it is on each day on which something may have changed.
standing as (
    select
        person_key,
        changed_on,
        {{ last_known('status') }} over so_far as status,
        {{ last_known('prison_code') }} over so_far as prison_code,
        {{ last_known('probation_region') }} over so_far as probation_region,
        {{ last_known('is_suspended') }} over so_far as is_suspended
    from days
    window so_far as (
        partition by person_key
        order by changed_on
        rows between unbounded preceding and current row
    )
),

-- Before the first status there is nothing to tell of a person.
positions as (
    select
        standing.person_key,
        standing.changed_on,
        standing.status,
        status_list.location,
        status_list.custody_status,
        case when status_list.location = 'prison' then nullif(standing.prison_code, '') end as prison_code,
        standing.probation_region,
        standing.status = 'on_licence' and coalesce(standing.is_suspended, false) as is_supervision_suspended
    from standing
    inner join status_list on standing.status = status_list.status
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
        lag(status) over person as status_before,
        lag(prison_code) over person as prison_code_before,
        lag(probation_region) over person as probation_region_before,
        lag(is_supervision_suspended) over person as is_supervision_suspended_before
    from positions
    window person as (
        partition by person_key
        order by changed_on
    )
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
    where
        status is distinct from status_before
        or prison_code is distinct from prison_code_before
        or probation_region is distinct from probation_region_before
        or is_supervision_suspended is distinct from is_supervision_suspended_before
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
