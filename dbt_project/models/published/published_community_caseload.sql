with figures as (
    select
        figures.breakdown,
        figures.period_end as as_at,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where
        figures.is_latest
        and figures.measure = 'ipp_community_caseload'
),

-- The day the annual report measures the fall from: the last year end before licences began to end automatically.
december_2023 as (
    select
        breakdown,
        value
    from figures
    where as_at = cast('2023-12-31' as date)
)

select
    figures.as_at,
    {{ breakdown_value('figures.breakdown', 'sex') }} as sex,
    {{ breakdown_value('figures.breakdown', 'sentence_type') }} as sentence_type,
    {{ breakdown_value('figures.breakdown', 'probation_region') }} as probation_region,
    {{ breakdown_value('figures.breakdown', 'years_since_first_release') }} as years_since_first_release,
    {{ breakdown_value('figures.breakdown', 'years_since_last_release') }} as years_since_last_release,
    {{ breakdown_value('figures.breakdown', 'time_over_tariff_band') }} as time_over_tariff_band,
    100 * (1 - figures.value / december_2023.value) as percent_fall_since_december_2023,
    {{ figure_columns('figures') }}
from figures
left join december_2023
    on
        figures.breakdown = december_2023.breakdown
        and figures.as_at >= cast('2023-12-31' as date)
        and december_2023.value > 0
