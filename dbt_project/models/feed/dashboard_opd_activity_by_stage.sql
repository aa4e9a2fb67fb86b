with figures as (
    select
        'Started' as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'started', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.is_total
        and {{ in_last_years('opd_caseload', 1) }}
    union all
    select
        'Completed' as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'completed', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.is_total
        and {{ in_last_years('opd_caseload', 1) }}
    union all
    select
        'Left the pathway' as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'left_pathway', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.is_total
        and {{ in_last_years('opd_caseload', 1) }}
    union all
    select
        'In the stage' as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'in_progress', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.is_total
        and {{ in_last_years('opd_caseload', 1) }}
    union all
    select
        'Waiting' as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'waiting', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.is_total
        and opd_caseload.stage <> 'screening'
        and {{ in_last_years('opd_caseload', 1) }}
)

{{ dashboard_block(
    'opd_activity_by_stage',
    category_of='stage',
    series_in_order=['Started', 'Completed', 'Left the pathway', 'In the stage', 'Waiting']
) }}
