with figures as (
    select
        'Case file reviewed' as series,
        'DPP prisoners' as category,
        {{ counted_figure('psychology_reviews', 'dpp_prisoners_reviewed_percent', 'percent', base='dpp_prisoners') }}
    from {{ ref('psychology_reviews') }} as psychology_reviews
    where
        psychology_reviews.is_total
        and psychology_reviews.period_type = 'quarter'
        and psychology_reviews.dpp_prisoners is not null
)

{{ dashboard_block('dpp_case_files') }}
