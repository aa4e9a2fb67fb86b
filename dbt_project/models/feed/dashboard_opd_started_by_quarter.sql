with counts as (
    select
        opd_caseload.stage as series,
        'People who started the stage' as category,
        {{ counted_figure('opd_caseload', 'started', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where opd_caseload.is_total
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('opd_started_by_quarter', series_of='stage') }}
