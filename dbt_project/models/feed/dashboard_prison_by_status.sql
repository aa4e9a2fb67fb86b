with counts as (
    select
        prison_population.category as series,
        'People in prison' as category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'custody_status'
        and {{ in_last_years('prison_population', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('prison_by_status', series_of='custody_status') }}
