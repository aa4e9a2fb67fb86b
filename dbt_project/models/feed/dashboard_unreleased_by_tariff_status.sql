with counts as (
    select
        tariff_expiry.category as series,
        'Unreleased people in prison' as category,
        {{ counted_figure('tariff_expiry', 'people', 'people') }}
    from {{ ref('tariff_expiry') }} as tariff_expiry
    where
        tariff_expiry.breakdown = 'tariff_expiry_status'
        and {{ in_last_years('tariff_expiry', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('unreleased_by_tariff_status', series_of='tariff_expiry_status') }}
