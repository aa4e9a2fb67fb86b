with figures as (
    select
        figures.measure,
        figures.period_end as as_at,
        {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
        {{ breakdown_value('figures.breakdown', 'tariff_expiry_status') }} as tariff_expiry_status,
        {{ breakdown_value('figures.breakdown', 'tariff_band') }} as tariff_band,
        {{ breakdown_value('figures.breakdown', 'original_tariff') }} as original_tariff,
        {{ breakdown_value('figures.breakdown', 'time_over_tariff_band') }} as time_over_tariff_band,
        {{ breakdown_value('figures.breakdown', 'statistic', otherwise='count') }} as statistic,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where
        figures.is_latest
        and figures.measure in ('ipp_unreleased_by_tariff', 'ipp_months_over_tariff', 'ipp_average_tariff')
),

tariff_bands as (
    select
        tariff_band,
        band_order
    from {{ ref('tariff_bands') }}
),

time_over_tariff_bands as (
    select
        time_over_tariff_band,
        band_order,
        is_cumulative
    from {{ ref('time_over_tariff_bands') }}
)

select
    figures.measure,
    figures.as_at,
    figures.sex,
    figures.tariff_expiry_status,
    figures.tariff_band,
    figures.original_tariff,
    tariff_bands.band_order as tariff_order,
    figures.time_over_tariff_band,
    time_over_tariff_bands.band_order as time_over_tariff_order,
    coalesce(time_over_tariff_bands.is_cumulative, false) as is_cumulative_band,
    figures.statistic,
    {{ figure_columns('figures') }}
from figures
left join tariff_bands
    on coalesce(nullif(figures.tariff_band, 'all'), figures.original_tariff) = tariff_bands.tariff_band
left join time_over_tariff_bands on figures.time_over_tariff_band = time_over_tariff_bands.time_over_tariff_band
