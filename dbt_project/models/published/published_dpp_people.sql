select
    figures.period_end as as_at,
    case
        when {{ breakdown_value('figures.breakdown', 'location') }} <> 'all'
            then {{ breakdown_value('figures.breakdown', 'location') }}
        when {{ breakdown_value('figures.breakdown', 'custody_status') }} <> 'all' then 'prison'
        else 'all'
    end as location,
    {{ breakdown_value('figures.breakdown', 'custody_status') }} as custody_status,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure = 'dpp_people'
