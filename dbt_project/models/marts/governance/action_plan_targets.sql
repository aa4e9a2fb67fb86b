with targets as (
    select
        target,
        due_on,
        measure,
        statistic,
        period_type,
        target_value,
        unit,
        wording,
        base,
        coalesce(printed_breakdown, '') as printed_breakdown
    from {{ ref('targets_of_the_action_plan') }}
),

outturns as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        value_status,
        lag(value) over periods_in_order as previous_value,
        lead(period_end) over periods_in_order is null as is_latest
    from {{ ref('internal_figures') }}
    where breakdown = ''
    window periods_in_order as (
        partition by measure, statistic, period_type
        order by period_end
    )
),

extract as (
    select
        max(source_kind) as source_kind,
        max(extract_as_at) as extract_as_at
    from {{ ref('internal_figures') }}
),

printed as (
    select
        measure,
        breakdown,
        period_start,
        period_end,
        value,
        qualifier,
        source_kind
    from {{ ref('published_printed_outturns') }}
    where publication = 'annual_report'
)

-- A target of which no figure is held keeps its row, and says so.
select
    targets.target,
    targets.due_on,
    targets.wording,
    targets.target_value,
    targets.unit,
    targets.measure,
    targets.statistic,
    targets.base,
    targets.period_type,
    outturns.period_start,
    outturns.period_end,
    outturns.value,
    outturns.numerator,
    outturns.denominator,
    coalesce(outturns.value_status, 'unavailable') as value_status,
    outturns.previous_value,
    outturns.value - outturns.previous_value as change_from_previous,
    outturns.value >= targets.target_value as is_met,
    coalesce(outturns.is_latest, true) as is_latest,
    extract.source_kind,
    extract.extract_as_at,
    printed.value as printed_value,
    printed.qualifier as printed_qualifier,
    printed.breakdown as printed_breakdown,
    printed.period_start as printed_period_start,
    printed.period_end as printed_period_end,
    printed.source_kind as printed_source_kind
from targets
cross join extract
left join outturns
    on
        targets.measure = outturns.measure
        and targets.statistic = outturns.statistic
        and targets.period_type = outturns.period_type
left join printed
    on
        targets.measure = printed.measure
        and targets.printed_breakdown = printed.breakdown
