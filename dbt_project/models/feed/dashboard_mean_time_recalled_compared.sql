with figures as (
    select
        'Counted from records' as series,
        'Mean months recalled' as category,
        {{ counted_figure('recall_durations', 'mean_months', 'months') }}
    from {{ ref('recall_durations') }} as recall_durations
    where
        recall_durations.duration = 'time_recalled_completed'
        and recall_durations.is_total
        and recall_durations.period_type = 'quarter'
        and {{ is_published('recall_durations') }}
    union all
    select
        'Published' as series,
        'Mean months recalled' as category,
        {{ published_figure('recall_durations', 'months') }}
    from {{ ref('recall_durations') }} as recall_durations
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('recall_durations') }}
    where
        recall_durations.duration = 'time_recalled_completed'
        and recall_durations.is_total
        and recall_durations.period_type = 'quarter'
        and {{ is_published('recall_durations') }}
)

{{ dashboard_block('mean_time_recalled_compared') }}
