with counts as (
    select
        'Never released and past tariff' as series,
        reviews_without_progression.category,
        {{ counted_figure('reviews_without_progression', 'people', 'people') }}
    from {{ ref('reviews_without_progression') }} as reviews_without_progression
    where
        reviews_without_progression.breakdown = 'number_of_reviews'
        and {{ in_last_years('reviews_without_progression', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('reviews_without_progression', category_of='number_of_reviews') }}
