select
    figures.measure,
    figures.period_end as as_at,
    case figures.measure
        when 'ipp_recalls_returned_to_custody' then 'quarter_before'
        else {{ breakdown_value('figures.breakdown', 'recalled_in') }}
    end as recalled_in,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'supervising_body') }} as supervising_body,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in ('ipp_unlawfully_at_large', 'ipp_recalls_returned_to_custody')
