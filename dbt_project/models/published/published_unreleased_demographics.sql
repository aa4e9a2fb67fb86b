select
    figures.period_end as as_at,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'age_band') }} as age_band,
    {{ breakdown_value('figures.breakdown', 'ethnicity') }} as ethnicity,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'ipp_unreleased_demographics'
