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
    from {{ ref('int_figures') }}
),

hidden as (
    select
        measure,
        statistic,
        breakdown,
        period_type,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        is_value_hidden,
        is_numerator_hidden,
        is_denominator_hidden
    from {{ ref('int_hidden_figures') }}
),

-- A figure that disclosure control does not know is hidden.
told as (
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
        coalesce(hidden.is_value_hidden, true) as is_value_hidden,
        coalesce(hidden.is_numerator_hidden, true) as is_numerator_hidden,
        coalesce(hidden.is_denominator_hidden, true) as is_denominator_hidden
    from figures
    left join hidden
        on
            figures.measure = hidden.measure
            and figures.statistic = hidden.statistic
            and figures.breakdown = hidden.breakdown
            and figures.period_type = hidden.period_type
            and figures.period_start = hidden.period_start
            and figures.period_end = hidden.period_end
)

select
    measure,
    statistic,
    breakdown,
    period_type,
    period_start,
    period_end,
    case when not is_value_hidden then value end as value,
    case when not is_numerator_hidden then numerator end as numerator,
    case when not is_denominator_hidden then denominator end as denominator,
    unit,
    case
        when is_value_hidden then 'suppressed'
        when denominator = 0 then 'not_applicable'
        -- A survival estimate that the data do not reach.
        when value is null then 'unavailable'
        when value = 0 then 'nil'
        else 'final'
    end as value_status
from told
