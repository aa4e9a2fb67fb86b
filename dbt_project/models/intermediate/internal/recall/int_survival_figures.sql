-- Of each duration: the estimate it is read from, and the share of records to which it has happened by then.
{% set durations = {
    'lower_quartile': ('survival', 0.25),
    'median': ('survival', 0.5),
    'upper_quartile': ('survival', 0.75),
    'median_lower_limit': ('lower_limit', 0.5),
    'median_upper_limit': ('upper_limit', 0.5),
} -%}
-- Of each share by a time: the estimate of those to whom it has not happened. The limits change places.
{% set shares = {'': 'survival', '_lower_limit': 'upper_limit', '_upper_limit': 'lower_limit'} -%}

with curves as (
    select
        measure,
        event,
        breakdown,
        period_type,
        period_start,
        period_end,
        days,
        at_risk,
        events,
        survival,
        lower_limit,
        upper_limit
    from {{ ref('int_survival_curves') }}
),

horizons as (
    select
        months,
        days
    from {{ ref('survival_horizons') }}
),

groups as (
    select
        measure,
        event,
        breakdown,
        period_type,
        period_start,
        period_end,
        max(at_risk) as followed,
        max(days) as longest_followed,
        sum(events) as events,
        sum(events * days) / nullif(sum(events), 0) as mean_of_events,
        {%- for statistic, (estimate, share) in durations.items() %}
        {{ survival_time(estimate, 'days', share) }} as {{ statistic }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from curves
    group by
        measure,
        event,
        breakdown,
        period_type,
        period_start,
        period_end
),

-- The curve is a staircase: what holds at a horizon is the last step before it, and 1 before the first step.
at_horizons as (
    select
        groups.measure,
        groups.event,
        groups.breakdown,
        groups.period_type,
        groups.period_start,
        groups.period_end,
        groups.followed,
        horizons.months,
        groups.longest_followed >= horizons.days
        or coalesce(min(curves.survival), 1) = 0 as is_followed_so_long,
        coalesce(sum(curves.events), 0) as events,
        coalesce(arg_max(curves.survival, curves.days), 1) as survival,
        coalesce(arg_max(curves.lower_limit, curves.days), 1) as lower_limit,
        coalesce(arg_max(curves.upper_limit, curves.days), 1) as upper_limit
    from groups
    cross join horizons
    left join curves
        on
            groups.measure = curves.measure
            and groups.breakdown = curves.breakdown
            and groups.period_type = curves.period_type
            and groups.period_start = curves.period_start
            and horizons.days >= curves.days
    group by
        groups.measure,
        groups.event,
        groups.breakdown,
        groups.period_type,
        groups.period_start,
        groups.period_end,
        groups.followed,
        groups.longest_followed,
        horizons.months,
        horizons.days
),

estimates as (
    {%- for statistic in durations %}
    select
        measure,
        '{{ statistic }}' as statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        round({{ statistic }} / {{ var('days_in_a_month') }}, 1) as value,
        null as numerator,
        followed as denominator,
        'months' as unit
    from groups
    union all
    {%- endfor %}
    select
        measure,
        'mean_of_those_' || event as statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        round(mean_of_events / {{ var('days_in_a_month') }}, 1) as value,
        null as numerator,
        events as denominator,
        'months' as unit
    from groups
    {%- for suffix, survival in shares.items() %}
    union all
    select
        measure,
        event || '_within_' || months || '_months{{ suffix }}' as statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        case when is_followed_so_long then 100 * (1 - {{ survival }}) end as value,
        events as numerator,
        followed as denominator,
        'percent' as unit
    from at_horizons
    {%- endfor %}
)

select
    measure,
    statistic,
    breakdown,
    period_type,
    period_start,
    period_end,
    cast(value as double) as value,
    cast(numerator as bigint) as numerator,
    cast(denominator as bigint) as denominator,
    unit
from estimates
