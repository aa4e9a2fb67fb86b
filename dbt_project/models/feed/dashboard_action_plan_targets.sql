with targets as (
    select
        'as_at' as period_type,
        -- `measured_over` says which quarter a share is of, so that all six targets are given as at the last day.
        action_plan_targets.period_end as period_start,
        action_plan_targets.period_end,
        action_plan_targets.value,
        action_plan_targets.unit,
        action_plan_targets.value_status,
        action_plan_targets.measured_over,
        'Target ' || cast(action_plan_targets.target as {{ dbt.type_string() }})
        || ': ' || action_plan_targets.wording as category,
        case
            when action_plan_targets.is_met then 'met'
            when not action_plan_targets.is_met then 'not met'
            else 'not available'
        end as position_in_words,
        action_plan_targets.source_kind,
        {{ records_source('action_plan_targets') }} as source
    from {{ ref('action_plan_targets') }} as action_plan_targets
    where {{ in_last_years('action_plan_targets', 2) }}
),

figures as (
    select
        measured_over as series,
        category,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        position_in_words,
        source_kind,
        source,
        true as is_counted
    from targets
)

{{ dashboard_block('action_plan_targets', latest_within=['category'], rating='position_in_words') }}
