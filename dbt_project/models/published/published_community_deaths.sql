select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'base', otherwise='ipp') }} as base,
    {{ breakdown_value('figures.breakdown', 'cause') }} as cause,
    {{ breakdown_value('figures.breakdown', 'supervision') }} as supervision,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'community_deaths'
