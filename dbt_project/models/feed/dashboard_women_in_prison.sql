with counts as (
    select
        prison_population.category as series,
        'Women in prison' as category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'custody_status_by_sex'
        and prison_population.category_2 = 'female'
        and {{ in_last_years('prison_population', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('women_in_prison', series_of='custody_status') }}
