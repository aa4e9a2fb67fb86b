select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'role') }} as role,
    {{ breakdown_value('figures.breakdown', 'custody_status') }} as custody_status,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'assault_involvement'
