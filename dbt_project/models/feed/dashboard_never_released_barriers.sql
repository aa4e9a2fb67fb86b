with figures as (
    select
        'People reviewed' as series,
        psychology_reviews.category,
        {{ counted_figure('psychology_reviews', 'never_released_people_reviewed', 'people') }}
    from {{ ref('psychology_reviews') }} as psychology_reviews
    where
        psychology_reviews.breakdown in ('barrier', 'total')
        and psychology_reviews.period_type = 'as_at'
        and psychology_reviews.never_released_people_reviewed is not null
)

{{ dashboard_block('never_released_barriers', category_of='barrier') }}
