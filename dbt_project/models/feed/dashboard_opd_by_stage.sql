with counts as (
    select
        opd_caseload.category as series,
        opd_caseload.stage as category,
        {{ counted_figure('opd_caseload', 'in_progress', 'people') }}
    from {{ ref('opd_caseload') }} as opd_caseload
    where
        opd_caseload.breakdown = 'location'
        and {{ in_last_years('opd_caseload', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('opd_by_stage', series_of='location', category_of='stage') }}
