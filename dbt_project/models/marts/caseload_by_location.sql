with people as (
    select
        period_type,
        period_start,
        period_end,
        location,
        custody_status,
        probation_region,
        was_released,
        is_supervision_suspended,
        sex,
        sentence_type
    from {{ ref('int_people_on_days') }}
),

locations as (
    select
        location,
        measure
    from {{ ref('caseload_locations') }}
    where is_counted
),

-- `not_applicable` is not `not_recorded`: a custody status outside prison, a probation region before the first release.
everybody as (
    select
        period_type,
        period_start,
        period_end,
        location,
        case when location = 'prison' then custody_status else 'not_applicable' end as custody_status,
        case when was_released then probation_region else coalesce(probation_region, 'not_applicable') end
            as probation_region,
        is_supervision_suspended,
        sex,
        sentence_type
    from people
),

counted as (
    {{ counted([
        {
            'from': 'everybody',
            'by': [[], ['custody_status'], ['sentence_type'], ['sex'], ['probation_region']],
            'columns': {
                'people': 'count(*)',
                'people_with_supervision_suspended': count_where('is_supervision_suspended')
            }
        },
    ], keys=['location']) | indent(4) }}
),

published_as as (
    select
        counted.*,
        locations.measure as published_measure
    from counted
    left join locations on counted.location = locations.location
)

{{ with_published(
    'published_as', none, ['people', 'people_with_supervision_suspended'], keys=['location']
) }}
