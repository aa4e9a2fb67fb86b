with counts as (
    select
        parole_hearings.category as series,
        {{ period_text('parole_hearings') }} as category,
        {{ counted_figure('parole_hearings', 'reviews', 'reviews') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    where
        parole_hearings.breakdown = 'hearing_type'
        and parole_hearings.period_type = 'financial_year'
        and {{ in_last_years('parole_hearings', 10) }}
),

figures as (
    {{ filled_with_zero('counts', every_category=false) }}
)

{{ dashboard_block('reviews_by_type', series_of='hearing_type') }}
