with counts as (
    select
        rag_ratings.category_2 as series,
        rag_ratings.category,
        {{ counted_figure('rag_ratings', 'people', 'people') }}
    from {{ ref('rag_ratings') }} as rag_ratings
    where
        rag_ratings.breakdown = 'cohort_by_rag'
        and rag_ratings.period_type = 'as_at'
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('rag_by_cohort', series_of='rag', category_of='cohort') }}
