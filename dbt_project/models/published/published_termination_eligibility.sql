select
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'event') }} as event,
    {{ breakdown_value('figures.breakdown', 'regime') }} as regime,
    {{ breakdown_value('figures.breakdown', 'year_became_eligible') }} as year_became_eligible,
    case
        when {{ breakdown_value('figures.breakdown', 'event') }} = 'forecast' then 'pre_and_post_release'
        when figures.period_end >= cast('2025-02-01' as date) then 'post_release'
        else 'pre_and_post_release'
    end as supervision,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'termination_eligible'
