with counts as (
    select
        prison_population.category as series,
        prison_population.category_2 as category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'custody_status_by_delivery_unit'
        and {{ in_last_years('prison_population', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('prison_by_delivery_unit', series_of='custody_status', category_of='delivery_unit') }}
