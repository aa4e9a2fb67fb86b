with people as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        months_in_status
    from {{ ref('int_people_on_days') }}
    where location = 'unlawfully_at_large'
),

bands as (
    select
        duration_band,
        from_months,
        to_months
    from {{ ref('duration_bands') }}
    where band_set = 'unlawfully_at_large'
),

at_large as (
    select
        people.period_type,
        people.period_start,
        people.period_end,
        people.probation_region,
        bands.duration_band
    from people
    inner join bands
        on
            people.months_in_status >= bands.from_months
            and (bands.to_months is null or people.months_in_status < bands.to_months)
),

counted as (
    {{ counted([
        {
            'from': 'at_large',
            'by': [[], ['duration_band'], ['probation_region']],
            'columns': {'people': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published('counted', 'ipp_unlawfully_at_large', ['people']) }}
