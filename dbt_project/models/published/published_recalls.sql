select
    figures.measure,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'recall_category') }} as recall_category,
    {{ breakdown_value('figures.breakdown', 'ethnicity') }} as ethnicity,
    {{ breakdown_value('figures.breakdown', 'first_release') }} as first_release,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('ipp_recalls', 'ipp_people_recalled')
