with counts as (
    select
        parole_hearings.category_2 as series,
        parole_hearings.category,
        {{ counted_figure('parole_hearings', 'reviews', 'reviews') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    where
        parole_hearings.breakdown = 'custody_status_by_outcome'
        and parole_hearings.period_type = 'financial_year'
        and {{ in_last_years('parole_hearings', 3) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('reviews_by_status', series_of='outcome', category_of='custody_status') }}
