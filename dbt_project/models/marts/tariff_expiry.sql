with unreleased as (
    select
        period_type,
        period_start,
        period_end,
        tariff_band,
        tariff_expiry_status,
        months_over_tariff,
        cast(floor(months_over_tariff / 12.0) as integer) as years_over_tariff
    from {{ ref('int_people_on_days') }}
    where status = 'in_prison_unreleased'
),

by_time_over_tariff as (
    select
        period_type,
        period_start,
        period_end,
        tariff_band,
        tariff_expiry_status,
        case tariff_expiry_status
            when 'not_passed' then 'within_tariff'
            when 'not_available' then 'not_recorded'
            else {{ year_band('years_over_tariff') }}
        end as time_over_tariff_band
    from unreleased
),

over_tariff as (
    select
        period_type,
        period_start,
        period_end,
        months_over_tariff
    from unreleased
    where months_over_tariff is not null
),

-- Every sentence, not only the one that governs the release of its person: the average is of tariffs imposed.
sentences as (
    select
        date_of_sentence,
        {{ days_between('date_of_sentence', 'tariff_expiry_date') }} as tariff_days
    from {{ source('records', 'ppud_sentence') }}
    where tariff_expiry_date is not null
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

imposed as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        sentences.tariff_days
    from days
    inner join sentences on days.period_end >= sentences.date_of_sentence
),

counted as (
    {{ counted([
        {
            'from': 'by_time_over_tariff',
            'by': [
                [], ['tariff_band'], ['tariff_expiry_status'], ['tariff_band', 'tariff_expiry_status'],
                ['tariff_expiry_status', 'time_over_tariff_band']
            ],
            'columns': {'people': 'count(*)'}
        },
        {
            'from': 'over_tariff',
            'columns': {
                'mean_months_over_tariff': 'avg(months_over_tariff)',
                'lower_quartile_months_over_tariff': quantile('months_over_tariff', 0.25),
                'median_months_over_tariff': quantile('months_over_tariff', 0.5),
                'upper_quartile_months_over_tariff': quantile('months_over_tariff', 0.75),
                'people_over_tariff': 'count(*)'
            }
        },
        {
            'from': 'imposed',
            'columns': {'mean_tariff_years': 'avg(tariff_days) / 365.25', 'sentences_with_tariff': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted', 'ipp_unreleased_by_tariff',
    [
        'people', 'mean_months_over_tariff', 'lower_quartile_months_over_tariff', 'median_months_over_tariff',
        'upper_quartile_months_over_tariff', 'people_over_tariff', 'mean_tariff_years', 'sentences_with_tariff'
    ]
) }}
