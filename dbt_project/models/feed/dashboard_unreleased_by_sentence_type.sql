with counts as (
    select
        prison_population.category as series,
        prison_population.category_2 as category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'custody_status_by_sentence_type'
        and {{ in_last_years('prison_population', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('unreleased_by_sentence_type', series_of='custody_status', category_of='sentence_type') }}
