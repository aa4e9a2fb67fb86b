with figures as (
    select distinct
        actions.owner as series,
        'Action ' || cast(actions.action as {{ dbt.type_string() }}) || ': ' || actions.action_text as category,
        'as_at' as period_type,
        actions.minutes_of as period_start,
        actions.minutes_of as period_end,
        cast(null as double) as value,
        'actions' as unit,
        'not_applicable' as value_status,
        replace(actions.status, '_', ' ') as status_of_action,
        actions.action_source_kind as source_kind,
        'Minutes of the Challenge Group, ' || {{ day_text('actions.minutes_of') }} || ' (transcribed)' as source,
        false as is_counted
    from {{ ref('stakeholder_actions') }} as actions
)

{{ dashboard_block('actions_of_the_minutes', rating='status_of_action') }}
