with records as (
    select
        person_key,
        supervision_id,
        sex,
        sentence_type,
        probation_region,
        supervision_started_on,
        supervision_suspended_on,
        supervision_ended_on,
        end_reason,
        rosh_level,
        mappa_level,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ndelius_caseload') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.supervision_id,
    records.sex,
    records.sentence_type,
    records.probation_region,
    records.supervision_started_on,
    records.supervision_suspended_on,
    records.supervision_ended_on,
    records.end_reason,
    records.rosh_level,
    records.mappa_level,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
