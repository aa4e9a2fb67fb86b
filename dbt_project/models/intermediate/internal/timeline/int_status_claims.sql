{{ config(materialized='table') }}

-- What each record says of a person's status, from the first day it holds to the first day it no longer does. Claims
-- overlap: which one decides is the business of int_person_statuses.
with people as (
    select
        person_key,
        known_from,
        on_licence_from
    from {{ ref('int_people') }}
),

releases as (
    select
        person_key,
        released_on
    from {{ source('records', 'ppud_release') }}
),

recalls as (
    select
        person_key,
        licence_revoked_on,
        returned_to_custody_on,
        ended_on
    from {{ ref('int_recall_spans') }}
),

movements as (
    select
        person_key,
        moved_on,
        movement_type
    from {{ source('records', 'nomis_movements') }}
),

recalled_in_snapshot as (
    select
        person_key,
        received_on
    from {{ source('records', 'nomis_custody_snapshot') }}
    where legal_status = 'RECALL'
),

supervisions as (
    select
        person_key,
        supervision_ended_on,
        end_reason
    from {{ source('records', 'ndelius_caseload') }}
),

terminations as (
    select
        person_key,
        licence_ended_on
    from {{ source('records', 'ppud_termination_review') }}
),

sentences as (
    select
        person_key,
        quashed_on
    from {{ source('records', 'ppud_sentence') }}
),

-- Within a day nothing says what came first. A transfer to hospital and a return on one day leave the person where the
-- day found them.
hospital_days as (
    select
        person_key,
        moved_on,
        min(movement_type) as movement_type
    from movements
    where movement_type in ('hospital_transfer', 'hospital_return')
    group by person_key, moved_on
    having min(movement_type) = max(movement_type)
),

-- A stay in hospital ends with the next return to prison, or with a release that needed none.
ways_out as (
    select
        person_key,
        moved_on
    from hospital_days
    where movement_type = 'hospital_return'
    union all
    select
        person_key,
        released_on as moved_on
    from releases
),

hospital_stays as (
    select
        hospital_days.person_key,
        hospital_days.moved_on as started_on,
        min(ways_out.moved_on) as ended_on
    from hospital_days
    left join ways_out
        on
            hospital_days.person_key = ways_out.person_key
            and hospital_days.moved_on < ways_out.moved_on
    where hospital_days.movement_type = 'hospital_transfer'
    group by hospital_days.person_key, hospital_days.moved_on
),

claims as (
    select
        person_key,
        'in_prison_unreleased' as status,
        known_from as started_on,
        on_licence_from as ended_on
    from people
    union all
    select
        person_key,
        'on_licence' as status,
        on_licence_from as started_on,
        null as ended_on
    from people
    union all
    select
        person_key,
        'unlawfully_at_large' as status,
        licence_revoked_on as started_on,
        ended_on
    from recalls
    union all
    select
        person_key,
        'in_prison_recalled' as status,
        returned_to_custody_on as started_on,
        ended_on
    from recalls
    union all
    -- Where the log holds no recall of the person, what is known of it is where the person is now.
    select
        recalled_in_snapshot.person_key,
        'in_prison_recalled' as status,
        recalled_in_snapshot.received_on as started_on,
        null as ended_on
    from recalled_in_snapshot
    left join recalls on recalled_in_snapshot.person_key = recalls.person_key
    where recalls.person_key is null
    union all
    select
        person_key,
        'in_hospital' as status,
        started_on,
        ended_on
    from hospital_stays
    union all
    select
        person_key,
        case movement_type when 'death' then 'deceased' else 'deported' end as status,
        moved_on as started_on,
        null as ended_on
    from movements
    where movement_type in ('death', 'removal')
    union all
    select
        person_key,
        case end_reason
            when 'died' then 'deceased'
            when 'removed' then 'deported'
            else 'licence_terminated'
        end as status,
        supervision_ended_on as started_on,
        null as ended_on
    from supervisions
    where end_reason <> 'recalled'
    union all
    select
        person_key,
        'licence_terminated' as status,
        licence_ended_on as started_on,
        null as ended_on
    from terminations
    union all
    -- Until one such sentence is quashed, the person serves it.
    select
        person_key,
        'sentence_quashed' as status,
        max(quashed_on) as started_on,
        null as ended_on
    from sentences
    group by person_key
    having count(*) = count(quashed_on)
),

-- No claim begins before the person is known.
known as (
    select
        claims.person_key,
        claims.status,
        greatest(claims.started_on, coalesce(people.known_from, claims.started_on)) as started_on,
        claims.ended_on
    from claims
    inner join people on claims.person_key = people.person_key
    where claims.started_on is not null
)

select
    person_key,
    status,
    started_on,
    ended_on
from known
where ended_on is null or ended_on > started_on
