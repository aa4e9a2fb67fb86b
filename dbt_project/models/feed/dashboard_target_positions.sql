with targets as (
    select
        'as_at' as period_type,
        -- `measured_over` of action_plan_targets says which quarter a share is of.
        action_plan_targets.period_end as period_start,
        action_plan_targets.period_end,
        'Target ' || cast(action_plan_targets.target as {{ dbt.type_string() }})
        || ': ' || action_plan_targets.wording as category,
        action_plan_targets.value,
        action_plan_targets.numerator,
        action_plan_targets.denominator,
        action_plan_targets.target_value,
        action_plan_targets.previous_value,
        action_plan_targets.change_from_previous,
        action_plan_targets.unit,
        action_plan_targets.published_value,
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
    {%- for name, column in [
        ('Now', 'value'), ('Target', 'target_value'), ('Before', 'previous_value'), ('Change since before', 'change_from_previous')
    ] %}
    select
        '{{ name }}' as series,
        targets.category,
        targets.period_type,
        targets.period_start,
        targets.period_end,
        targets.{{ column }} as value,
        {%- if column == 'change_from_previous' %}
        case targets.unit when 'percent' then 'points' else targets.unit end as unit,
        {%- else %}
        targets.unit,
        {%- endif %}
        case when targets.{{ column }} is null then 'unavailable' else 'final' end as value_status,
        {%- if column == 'target_value' %}
        'transcribed' as source_kind,
        'Action Plan 2025/26 (transcribed)' as source,
        false as is_counted
        {%- else %}
        targets.source_kind,
        {{ records_source('targets') }} as source,
        true as is_counted
        {%- endif %}
    from targets
    union all
    {%- endfor %}
    {%- for name, column, unit in [('Count', 'numerator', 'count'), ('Counted of', 'denominator', 'count')] %}
    select
        '{{ name }}' as series,
        targets.category,
        {{ counted_figure('targets', column, unit) }}
    from targets
    union all
    {%- endfor %}
    {%- for name, column, unit in [
        ('Published level', 'published_value', 'targets.unit'), ('Published rise', 'published_change', "'percent'")
    ] %}
    select
        '{{ name }}' as series,
        targets.category,
        targets.period_type,
        targets.period_start,
        targets.period_end,
        targets.{{ column }} as value,
        {{ unit }} as unit,
        'final' as value_status,
        targets.published_source_kind as source_kind,
        {{ release_source('releases.title', "''", 'targets.published_source_kind') }}
        || ', as at ' || {{ day_text('targets.published_period_end') }} as source,
        false as is_counted
    from targets
    inner join {{ source('meta', 'releases') }} as releases
        on split_part(targets.published_source, ', ', 1) = releases.publication || ' ' || releases.release_id
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
