with counts as (
    select
        prison_population.category_2 as series,
        prison_population.category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where prison_population.breakdown = 'category_by_custody_status'
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('prison_by_category', series_of='custody_status', category_of='category') }}
