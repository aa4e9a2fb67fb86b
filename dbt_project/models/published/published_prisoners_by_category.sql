with figures as (
    select
        figures.period_end as as_at,
        {{ breakdown_value('figures.breakdown', 'category') }} as category,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where
        figures.is_latest
        and figures.measure = 'ipp_prisoners_by_category'
)

select
    figures.as_at,
    figures.category,
    case when figures.category like 'held_in_%' then 'prison' else 'person' end as category_of,
    {{ figure_columns('figures') }}
from figures
