with counts as (
    select
        'In prison on recall' as series,
        prison_population.category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'time_since_recall_band'
        and prison_population.category <> 'not_applicable'
        and {{ in_last_years('prison_population', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('recalled_by_time_since_recall', category_of='time_since_recall_band') }}
