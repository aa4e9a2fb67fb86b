with extract as (
    select max(as_at) as as_at
    from {{ source('records', 'nomis_custody_snapshot') }}
),

snapshot as (
    select
        person_key,
        date_of_birth,
        ethnicity,
        religion,
        nationality,
        has_disability,
        delivery_unit,
        security_category
    from {{ source('records', 'nomis_custody_snapshot') }}
),

spells as (
    select
        person_key,
        custody_status,
        sex,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where location = 'prison'
),

people as (
    select
        person_key,
        tariff_expiry_on
    from {{ ref('int_people') }}
),

categories as (
    select
        security_category,
        category,
        is_category_a
    from {{ ref('security_categories') }}
),

age_bands as (
    select
        age_band,
        from_years,
        to_years
    from {{ ref('age_bands') }}
),

in_prison as (
    select
        'as_at' as period_type,
        extract.as_at as period_start,
        extract.as_at as period_end,
        spells.person_key,
        spells.custody_status,
        spells.sex,
        people.tariff_expiry_on
    from extract
    inner join spells
        on
            extract.as_at >= spells.started_on
            and (spells.ended_on is null or extract.as_at < spells.ended_on)
    inner join people on spells.person_key = people.person_key
)

select
    in_prison.period_type,
    in_prison.period_start,
    in_prison.period_end,
    in_prison.person_key,
    in_prison.custody_status,
    in_prison.sex,
    categories.category,
    categories.is_category_a or snapshot.delivery_unit = 'LTHSE' as is_high_security,
    age_bands.age_band,
    snapshot.ethnicity,
    snapshot.religion,
    snapshot.nationality,
    case
        when snapshot.has_disability then 'recorded'
        when not snapshot.has_disability then 'none_recorded'
    end as disability,
    case
        when in_prison.tariff_expiry_on is null then 'not_recorded'
        when in_prison.tariff_expiry_on > in_prison.period_end then 'within_tariff'
        else {{ year_band(whole_years('in_prison.tariff_expiry_on', 'in_prison.period_end')) }}
    end as time_over_tariff_band
from in_prison
left join snapshot on in_prison.person_key = snapshot.person_key
left join categories on snapshot.security_category = categories.security_category
left join age_bands
    on
        age_bands.from_years <= {{ whole_years('snapshot.date_of_birth', 'in_prison.period_end') }}
        and (
            age_bands.to_years is null
            or age_bands.to_years > {{ whole_years('snapshot.date_of_birth', 'in_prison.period_end') }}
        )
