-- Each life as exclusive spells without gap, from the extracts alone: a spell begins with an event and ends with the next.
-- Where two events fall on one day, the status first in order of precedence holds.
with first_release as (
    select
        person_key,
        min(released_on) as released_on,
    from ppud_release
    group by person_key
),

events as (
    select person_key, min(date_of_sentence) as started_on, 'in_prison_unreleased' as status
    from ppud_sentence
    group by person_key
    union all by name
    select person_key, released_on as started_on, 'on_licence' as status
    from ppud_release
    union all by name
    select person_key, licence_revoked_on as started_on, 'unlawfully_at_large' as status
    from ppud_recall
    where rescinded_on is null
    union all by name
    select person_key, returned_to_custody_on as started_on, 'in_prison_recalled' as status
    from ppud_recall
    where returned_to_custody_on is not null
    union all by name
    select person_key, moved_on as started_on, 'in_hospital' as status
    from nomis_movements
    where movement_type = 'hospital_transfer'
    union all by name
    select
        movements.person_key,
        movements.moved_on as started_on,
        case
            when first_release.released_on < movements.moved_on then 'in_prison_recalled'
            else 'in_prison_unreleased'
        end as status,
    from nomis_movements as movements
    left join first_release on movements.person_key = first_release.person_key
    where movements.movement_type = 'hospital_return'
    union all by name
    select person_key, moved_on as started_on, if(movement_type = 'death', 'deceased', 'deported') as status
    from nomis_movements
    where movement_type in ('death', 'removal')
    union all by name
    select person_key, supervision_ended_on as started_on, if(end_reason = 'died', 'deceased', 'deported') as status
    from ndelius_caseload
    where end_reason in ('died', 'removed')
    union all by name
    select person_key, licence_ended_on as started_on, 'licence_terminated' as status
    from ppud_termination_review
    where licence_ended_on is not null
    union all by name
    select person_key, quashed_on as started_on, 'sentence_quashed' as status
    from ppud_sentence
    where quashed_on is not null and is_governing_sentence
),

ranked as (
    select
        person_key,
        started_on,
        status,
        list_position(
            [
                'in_prison_unreleased', 'on_licence', 'unlawfully_at_large', 'in_prison_recalled', 'in_hospital',
                'deported', 'licence_terminated', 'sentence_quashed', 'deceased',
            ],
            status
        ) as place,
    from events
),

daily as (
    select
        person_key,
        started_on,
        arg_max(status, place) as status,
    from ranked
    group by person_key, started_on
)

select
    person_key,
    started_on,
    lead(started_on) over (partition by person_key order by started_on) as ended_on,
    status,
from daily
