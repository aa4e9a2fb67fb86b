with counts as (
    select
        termination_reviews.category as series,
        'Decisions on termination' as category,
        {{ counted_figure('termination_reviews', 'cases', 'cases') }}
    from {{ ref('termination_reviews') }} as termination_reviews
    where
        termination_reviews.breakdown = 'outcome'
        and termination_reviews.stage = 'decided'
        and termination_reviews.period_type = 'quarter'
        and {{ in_last_years('termination_reviews', 5) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('termination_outcomes', series_of='outcome') }}
