select
    figures.period_end as as_at,
    {{ breakdown_value('figures.breakdown', 'estate') }} as estate,
    {{ breakdown_value('figures.breakdown', 'prison') }} as prison,
    case figures.measure
        when 'prison_population_all' then 'population'
        else {{ breakdown_value('figures.breakdown', 'statistic') }}
    end as statistic,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('prison_population_all', 'prison_capacity')
