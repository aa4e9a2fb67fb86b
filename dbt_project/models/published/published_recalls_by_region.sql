select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'probation_region') }} as probation_region,
    {{ breakdown_value('figures.breakdown', 'recall_category') }} as recall_category,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'licence_recalls_all_sentences'
