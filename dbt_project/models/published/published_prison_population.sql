select
    figures.period_end as as_at,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    case figures.measure
        when 'ipp_prison_population' then 'all'
        when 'ipp_unreleased_prisoners' then 'unreleased'
        when 'ipp_recalled_prisoners' then 'recalled'
    end as custody_status,
    {{ breakdown_value('figures.breakdown', 'series', otherwise='main') }} as series,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('ipp_prison_population', 'ipp_unreleased_prisoners', 'ipp_recalled_prisoners')
