with figures as (
    select
        'Reviews completed' as series,
        psychology_reviews.category,
        {{ counted_figure('psychology_reviews', 'reviews', 'reviews') }}
    from {{ ref('psychology_reviews') }} as psychology_reviews
    where
        psychology_reviews.breakdown = 'review_type'
        and psychology_reviews.period_type = 'quarter'
        and {{ in_last_years('psychology_reviews', 3) }}
)

{{ dashboard_block('psychology_reviews_by_type', category_of='review_type') }}
