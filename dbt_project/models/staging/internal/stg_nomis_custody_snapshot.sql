with records as (
    select
        person_key,
        sex,
        date_of_birth,
        ethnicity,
        religion,
        nationality,
        has_disability,
        imprisonment_status,
        legal_status,
        prison_code,
        delivery_unit,
        security_category,
        on_progression_regime_wing,
        received_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'nomis_custody_snapshot') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.sex,
    records.date_of_birth,
    records.ethnicity,
    records.religion,
    records.nationality,
    records.has_disability,
    records.imprisonment_status,
    records.legal_status,
    records.prison_code,
    records.delivery_unit,
    records.security_category,
    records.on_progression_regime_wing,
    records.received_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
