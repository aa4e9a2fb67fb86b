with internal_measures as (
    select
        key as measure,
        topic
    from {{ ref('measures') }}
    where published_or_internal = 'internal'
)

select
    figures.measure,
    internal_measures.topic,
    figures.breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
inner join internal_measures on figures.measure = internal_measures.measure
where figures.is_latest
