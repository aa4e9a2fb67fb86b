select
    figures.measure,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    case
        when figures.period_type = 'financial_year'
            then
                cast(extract(year from figures.period_start) as {{ dbt.type_string() }})
                || '/'
                || substr(cast(extract(year from figures.period_end) as {{ dbt.type_string() }}), 3)
        else ''
    end as financial_year,
    case figures.measure
        when 'review_oral_hearings' then 'ipp_review'
        when 'recall_oral_hearings' then 'recall'
        else {{ breakdown_value('figures.breakdown', 'review_series') }}
    end as review_series,
    {{ breakdown_value('figures.breakdown', 'outcome') }} as outcome,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in (
        'review_oral_hearings', 'recall_oral_hearings', 'parole_reviews', 'oral_hearing_release_share'
    )
