with reports as (
    select
        category,
        period_type,
        period_start,
        period_end,
        reports,
        source_kind,
        extract_as_at
    from {{ ref('psychology_reviews') }}
    where
        breakdown = 'review_type'
        and category in ('pra', 'pca_n')
        and period_type = 'quarter'
),

-- A kind that is not in the log yet is unknown, not zero.
first_entries as (
    select
        category,
        min(period_end) as first_period_end
    from reports
    group by category
),

counts as (
    select
        reports.category as series,
        'Reports completed' as category,
        {{ counted_figure('reports', 'reports', 'reports') }}
    from reports
    where reports.period_end >= (select max(first_entries.first_period_end) from first_entries)
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('psychology_reports_by_type', series_of='review_type') }}
