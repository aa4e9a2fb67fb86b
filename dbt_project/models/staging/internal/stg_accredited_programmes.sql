with records as (
    select
        person_key,
        referral_id,
        programme,
        prison_code,
        referred_on,
        started_on,
        closed_on,
        outcome,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'accredited_programmes') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.referral_id,
    records.programme,
    records.prison_code,
    records.referred_on,
    records.started_on,
    records.closed_on,
    records.outcome,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
