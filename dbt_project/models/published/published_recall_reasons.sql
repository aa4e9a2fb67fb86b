select
    figures.measure,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    case figures.measure
        when 'ipp_recalls_without_further_charge' then 'no_further_charge'
        else {{ breakdown_value('figures.breakdown', 'reason') }}
    end as reason,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('ipp_recalls_by_reason', 'ipp_recalls_without_further_charge')
