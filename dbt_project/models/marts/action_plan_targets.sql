with targets as (
    select distinct
        target,
        set_on,
        measure,
        statistic,
        unit,
        measured_over,
        coalesce(published_breakdown, '') as published_breakdown,
        published_base_breakdown,
        published_change_unit,
        published_note
    from {{ ref('targets_of_the_action_plan') }}
),

milestones as (
    select
        milestones.target,
        milestones.wording,
        milestones.target_value,
        milestones.due_on,
        published_targets.publication || ' ' || published_targets.release_id
        || ', ' || {{ cited_place('published_targets') }} as target_source,
        lag(milestones.due_on) over (
            partition by milestones.target order by milestones.due_on nulls last
        ) as previous_due_on,
        lead(milestones.due_on) over (
            partition by milestones.target order by milestones.due_on nulls last
        ) as later_due_on,
        lead(milestones.target_value) over (
            partition by milestones.target order by milestones.due_on nulls last
        ) as later_target_value
    from {{ ref('targets_of_the_action_plan') }} as milestones
    left join {{ ref('published_outturns') }} as published_targets
        on
            milestones.measure = published_targets.measure
            and milestones.target_breakdown = published_targets.breakdown
            and milestones.set_on = published_targets.period_end
            and milestones.target_value = published_targets.value
),

outturns as (
    select
        1 as target,
        period_type,
        period_start,
        period_end,
        in_appropriate_prison_percent as value,
        in_appropriate_prison as numerator,
        people as denominator
    from {{ ref('appropriate_prison') }}
    where is_total
    union all
    select
        2 as target,
        period_type,
        period_start,
        period_end,
        on_time_percent as value,
        received_on_time as numerator,
        reports_due as denominator
    from {{ ref('parole_reports') }}
    where
        is_total
        and period_type = 'quarter'
        and reports_due is not null
    union all
    select
        3 as target,
        period_type,
        period_start,
        period_end,
        reports_on_time_percent as value,
        reports_on_time as numerator,
        reports_due as denominator
    from {{ ref('termination_reports') }}
    where
        is_total
        and period_type = 'as_at'
        and reports_due is not null
    union all
    select
        6 as target,
        period_type,
        period_start,
        period_end,
        recalls_considered_percent as value,
        recalls_considered as numerator,
        recalls_to_consider as denominator
    from {{ ref('rarr') }}
    where
        is_total
        and period_type = 'quarter'
        and recalls_to_consider is not null
    union all
    select
        4 as target,
        period_type,
        period_start,
        period_end,
        dpp_prisoners_reviewed_percent as value,
        dpp_prisoners_reviewed as numerator,
        dpp_prisoners as denominator
    from {{ ref('psychology_reviews') }}
    where is_total and dpp_prisoners is not null
    union all
    select
        5 as target,
        period_type,
        period_start,
        period_end,
        cast(regime_prisons_with_rotl as double) as value,
        regime_prisons_with_rotl as numerator,
        regime_prisons as denominator
    from {{ ref('rotl') }}
    where is_total and regime_prisons is not null
),

outturns_in_order as (
    select
        target,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        lag(value) over (partition by target order by period_end) as previous_value,
        lag(period_end) over (partition by target order by period_end) as previous_period_end,
        lead(period_end) over (partition by target order by period_end) as next_period_end
    from outturns
),

-- A target without an outturn has one row, for the day of the extract or else of the plan.
target_periods as (
    select
        targets.target,
        coalesce(outturns.period_type, 'as_at') as period_type,
        coalesce(outturns.period_start, extracts.extract_as_at, targets.set_on) as period_start,
        coalesce(outturns.period_end, extracts.extract_as_at, targets.set_on) as period_end,
        targets.measure,
        targets.statistic,
        targets.unit,
        targets.measured_over,
        targets.published_breakdown,
        targets.published_base_breakdown,
        targets.published_change_unit,
        targets.published_note,
        outturns.value,
        outturns.numerator,
        outturns.denominator,
        outturns.previous_value,
        outturns.previous_period_end,
        outturns.next_period_end,
        case
            when outturns.target is null then 'unavailable'
            when outturns.value is null then 'not_applicable'
            when outturns.value = 0 then 'nil'
            else 'final'
        end as value_status,
        extracts.source_kind,
        extracts.extract_as_at
    from targets
    cross join {{ ref('int_extract') }} as extracts
    left join outturns_in_order as outturns on targets.target = outturns.target
),

published as (
    select
        published_outturns.measure,
        published_outturns.breakdown,
        published_outturns.period_start,
        published_outturns.period_end,
        published_outturns.value,
        published_outturns.qualifier,
        published_outturns.source_kind,
        published_outturns.publication || ' ' || published_outturns.release_id
        || ', ' || {{ cited_place('published_outturns') }} as source
    from {{ ref('published_outturns') }} as published_outturns
    where published_outturns.publication = 'annual_report'
),

-- The published outturn belongs to the last period that ended by then.
published_in_periods as (
    select
        target_periods.target,
        target_periods.period_end,
        published.breakdown = 'statistic=increase' as is_change,
        published.value as published_value,
        -- What is published is the share of people in a less appropriate prison.
        100 - bases.value as published_base,
        bases.period_end as published_base_on,
        bases.publication || ' ' || bases.release_id || ', ' || {{ cited_place('bases') }} as published_base_source,
        target_periods.published_change_unit,
        target_periods.published_note,
        published.qualifier as published_qualifier,
        published.period_start as published_period_start,
        published.period_end as published_period_end,
        published.source as published_source,
        published.source_kind as published_source_kind,
        row_number() over (
            partition by target_periods.target, target_periods.period_end
            order by published.period_end desc, bases.period_end desc
        ) as place
    from target_periods
    inner join published
        on
            target_periods.measure = published.measure
            and target_periods.published_breakdown = published.breakdown
            and (target_periods.previous_period_end is null or target_periods.period_end <= published.period_end)
            and (target_periods.next_period_end is null or target_periods.next_period_end > published.period_end)
    left join {{ ref('published_outturns') }} as bases
        on
            target_periods.measure = bases.measure
            and target_periods.published_base_breakdown = bases.breakdown
            and published.period_end > bases.period_end
)

select
    target_periods.period_type,
    target_periods.period_start,
    target_periods.period_end,
    'total' as breakdown,
    'all' as category,
    'all' as category_2,
    true as is_total,
    target_periods.target,
    milestones.wording,
    target_periods.value,
    target_periods.numerator,
    target_periods.denominator,
    target_periods.measured_over,
    target_periods.unit,
    target_periods.value_status,
    milestones.target_value,
    milestones.due_on,
    milestones.target_source,
    target_periods.value >= milestones.target_value as is_met,
    milestones.later_target_value,
    milestones.later_due_on,
    target_periods.previous_value,
    target_periods.previous_period_end,
    target_periods.value - target_periods.previous_value as change_from_previous,
    case when target_periods.unit = 'percent' then 'points' else target_periods.unit end as change_unit,
    case
        when target_periods.value > target_periods.previous_value then 'up'
        when target_periods.value < target_periods.previous_value then 'down'
        when target_periods.value = target_periods.previous_value then 'unchanged'
    end as trend,
    target_periods.next_period_end is null as is_latest,
    target_periods.measure,
    target_periods.statistic,
    case when not published.is_change then published.published_value end as published_level,
    published.published_base,
    published.published_base_on,
    published.published_base_source,
    case when published.is_change then published.published_value end as published_change,
    case when published.is_change then published.published_change_unit end as published_change_unit,
    published.published_note,
    published.published_qualifier,
    published.published_period_start,
    published.published_period_end,
    published.published_source,
    published.published_source_kind,
    target_periods.source_kind,
    target_periods.extract_as_at
from target_periods
-- The milestone that is due next on the last day of the period; after the last one is due, that one.
inner join milestones
    on
        target_periods.target = milestones.target
        and (milestones.previous_due_on is null or target_periods.period_end > milestones.previous_due_on)
        and (milestones.later_due_on is null or target_periods.period_end <= milestones.due_on)
left join published_in_periods as published
    on
        target_periods.target = published.target
        and target_periods.period_end = published.period_end
        and published.place = 1
