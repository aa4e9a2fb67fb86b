select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'custody_status') }} as custody_status,
    {{ breakdown_value('figures.breakdown', 'statistic', otherwise='incidents') }} as statistic,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'self_harm'
