select
    figures.measure,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    case figures.measure
        when 'self_inflicted_deaths' then 'self_inflicted'
        else {{ breakdown_value('figures.breakdown', 'cause') }}
    end as cause,
    {{ breakdown_value('figures.breakdown', 'custody_status') }} as custody_status,
    {{ breakdown_value('figures.breakdown', 'time_over_tariff_band') }} as time_over_tariff_band,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('deaths_in_custody', 'self_inflicted_deaths')
