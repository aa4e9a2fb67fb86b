select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'base', otherwise='ipp') }} as base,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'serious_further_offences'
