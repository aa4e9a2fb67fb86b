with figures as (
    select
        'Never released' as series,
        tariff_expiry.category,
        {{ counted_figure('tariff_expiry', 'people', 'people') }}
    from {{ ref('tariff_expiry') }} as tariff_expiry
    where
        tariff_expiry.breakdown = 'tariff_band'
        and {{ in_last_years('tariff_expiry', 1) }}
)

{{ dashboard_block('unreleased_by_tariff_length', category_of='tariff_band') }}
