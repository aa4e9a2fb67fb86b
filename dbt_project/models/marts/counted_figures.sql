with figures as (
    select
        measure,
        statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        unit
    from {{ ref('int_figures_of_marts') }}
),

extracts as (
    select
        source_kind,
        extract_as_at
    from {{ ref('int_extract') }}
)

select
    figures.measure,
    figures.statistic,
    figures.breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit,
    case
        when figures.value is null and figures.denominator = 0 then 'not_applicable'
        -- A survival estimate that the records do not reach.
        when figures.value is null then 'unavailable'
        when figures.value = 0 then 'nil'
        else 'final'
    end as value_status,
    extracts.source_kind,
    extracts.extract_as_at
from figures
cross join extracts
