with figures as (
    select
        rag_ratings.category as series,
        rag_ratings.category_2 as category,
        {{ counted_figure('rag_ratings', 'people', 'people') }}
    from {{ ref('rag_ratings') }} as rag_ratings
    where rag_ratings.breakdown = 'rag_from_by_rag_to'
)

{{ dashboard_block('rag_movements', series_of='rag_from', category_of='rag_to') }}
