with figures as (
    select
        'Reviews concluded' as series,
        parole_hearings.category,
        {{ counted_figure('parole_hearings', 'reviews', 'reviews') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    where
        parole_hearings.breakdown = 'probation_region'
        and parole_hearings.period_type = 'financial_year'
        and {{ in_last_years('parole_hearings', 2) }}
)

{{ dashboard_block('reviews_by_region', category_of='probation_region') }}
