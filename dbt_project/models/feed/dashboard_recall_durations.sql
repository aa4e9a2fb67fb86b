{%- set statistics = [
    ('Mean', 'mean_months', 'months'),
    ('Median', 'median_months', 'months'),
    ('Median, lower 95% limit', 'lower_limit_months', 'months'),
    ('Median, upper 95% limit', 'upper_limit_months', 'months'),
    ('Spells', 'spells', 'spells'),
] -%}

with durations as (
    select
        upper(substr(names.duration_name, 1, 1)) || substr(names.duration_name, 2) as category,
        recall_durations.duration,
        recall_durations.period_type,
        recall_durations.period_start,
        recall_durations.period_end,
        recall_durations.mean_months,
        recall_durations.median_months,
        recall_durations.lower_limit_months,
        recall_durations.upper_limit_months,
        recall_durations.spells,
        recall_durations.published_value,
        recall_durations.published_status,
        recall_durations.published_source,
        recall_durations.published_source_kind,
        recall_durations.source_kind,
        recall_durations.extract_as_at
    from {{ ref('recall_durations') }} as recall_durations
    inner join {{ ref('recall_duration_names') }} as names on recall_durations.duration = names.duration
    where
        recall_durations.is_total
        and recall_durations.period_type = 'calendar_year'
        and {{ in_last_years('recall_durations', 5) }}
),

figures as (
    {%- for name, column, unit in statistics %}
    select
        '{{ name }}' as series,
        durations.category,
        {{ counted_figure('durations', column, unit) }}
    from durations
    {%- if 'limit' in column %}
    -- Only an estimate has limits.
    where durations.duration in ('time_recalled_all', 'time_to_recall')
    {%- elif column == 'median_months' %}
    -- The mart has no median of completed spells: the publication gives the mean alone.
    where durations.duration <> 'time_recalled_completed'
    {%- endif %}
    union all
    {%- endfor %}
    select
        'Mean, published' as series,
        durations.category,
        {{ published_figure('durations', 'months') }}
    from durations
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('durations') }}
    where {{ is_published('durations') }}
)

{{ dashboard_block(
    'recall_durations',
    series_in_order=[
        'Mean', 'Mean, published', 'Median', 'Median, lower 95% limit', 'Median, upper 95% limit', 'Spells'
    ]
) }}
