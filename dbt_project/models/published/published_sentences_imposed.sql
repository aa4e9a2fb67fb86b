select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'sentences_imposed'
