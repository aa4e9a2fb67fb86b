{%- set in_points = "case targets.unit_of_level when 'percent' then 'points' else targets.unit_of_level end" -%}

with targets as (
    select
        'as_at' as period_type,
        -- `measured_over` of action_plan_targets says which quarter a share is of.
        action_plan_targets.period_end as period_start,
        action_plan_targets.period_end,
        'Target ' || cast(action_plan_targets.target as {{ dbt.type_string() }})
        || ': ' || action_plan_targets.wording as category,
        action_plan_targets.value as level,
        action_plan_targets.unit as unit_of_level,
        action_plan_targets.numerator,
        action_plan_targets.denominator,
        action_plan_targets.target_value,
        action_plan_targets.previous_value,
        action_plan_targets.change_from_previous,
        action_plan_targets.published_level,
        action_plan_targets.published_change,
        action_plan_targets.published_source,
        action_plan_targets.published_source_kind,
        action_plan_targets.published_period_end,
        action_plan_targets.source_kind,
        action_plan_targets.extract_as_at
    from {{ ref('action_plan_targets') }} as action_plan_targets
    where action_plan_targets.is_latest
),

figures as (
    select
        'Target' as series,
        targets.category,
        targets.period_type,
        targets.period_start,
        targets.period_end,
        targets.target_value as value,
        targets.unit_of_level as unit,
        'final' as value_status,
        'transcribed' as source_kind,
        'Action Plan 2025/26 (transcribed)' as source,
        false as is_counted
    from targets
    union all
    {%- for name, column, unit in [
        ('Now', 'level', 'targets.unit_of_level'),
        ('Before', 'previous_value', 'targets.unit_of_level'),
        ('Change since before', 'change_from_previous', in_points),
        ('Count', 'numerator', "'count'"),
        ('Counted of', 'denominator', "'count'"),
    ] %}
    select
        '{{ name }}' as series,
        targets.category,
        targets.period_type,
        targets.period_start,
        targets.period_end,
        cast(targets.{{ column }} as double) as value,
        {{ unit }} as unit,
        case when targets.{{ column }} is null then 'unavailable' else 'final' end as value_status,
        targets.source_kind,
        {{ records_source('targets') }} as source,
        true as is_counted
    from targets
    union all
    {%- endfor %}
    -- For target 1 the report gives a rise and no level.
    {%- for name, column in [('Published level', 'published_level'), ('Published rise', 'published_change')] %}
    select
        '{{ name }}' as series,
        targets.category,
        targets.period_type,
        targets.period_start,
        targets.period_end,
        targets.{{ column }} as value,
        targets.unit_of_level as unit,
        'final' as value_status,
        targets.published_source_kind as source_kind,
        {{ release_source('releases.title', "''", 'targets.published_source_kind') }}
        || ', as at ' || {{ day_text('targets.published_period_end') }} as source,
        false as is_counted
    from targets
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('targets') }}
    where targets.{{ column }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

{{ dashboard_block(
    'target_positions',
    series_in_order=[
        'Target', 'Now', 'Count', 'Counted of', 'Before', 'Change since before', 'Published level', 'Published rise'
    ],
    latest_within=['category']
) }}
