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
        unit,
        case
            when denominator = 0 then 'not_applicable'
            when coalesce(denominator, numerator, value) between 1 and {{ var('disclosure_threshold') }} - 1
                then 'suppressed'
            -- A survival estimate that the data do not reach.
            when value is null then 'unavailable'
            when value = 0 then 'nil'
            else 'final'
        end as value_status
    from {{ ref('int_figures') }}
)

select
    measure,
    statistic,
    breakdown,
    period_type,
    period_start,
    period_end,
    case when value_status in ('final', 'nil') then value end as value,
    case when value_status in ('final', 'nil') then numerator end as numerator,
    case when value_status in ('final', 'nil') then denominator end as denominator,
    unit,
    value_status
from figures
