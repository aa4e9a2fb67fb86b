select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'statistic') }} as statistic,
    {{ breakdown_value('figures.breakdown', 'year_became_eligible') }} as year_became_eligible,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'suspension_of_supervision'
