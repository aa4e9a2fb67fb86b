with figures as (
    select
        'People in the exercise' as series,
        rag_ratings.category,
        {{ counted_figure('rag_ratings', 'people', 'people') }}
    from {{ ref('rag_ratings') }} as rag_ratings
    where
        rag_ratings.breakdown in ('rag', 'total')
        and rag_ratings.period_type = 'as_at'
)

{{ dashboard_block('rag_ratings', category_of='rag') }}
