with counts as (
    select
        'Never released' as series,
        tariff_expiry.category_2 as category,
        {{ counted_figure('tariff_expiry', 'people', 'people') }}
    from {{ ref('tariff_expiry') }} as tariff_expiry
    where
        tariff_expiry.breakdown = 'tariff_expiry_status_by_time_over_tariff_band'
        and {{ in_last_years('tariff_expiry', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('unreleased_by_time_over_tariff', category_of='time_over_tariff_band') }}
