with counts as (
    select
        parole_hearings.category_2 as series,
        {{ period_text('parole_hearings') }} as category,
        {{ counted_figure('parole_hearings', 'reviews', 'hearings') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    where
        parole_hearings.breakdown = 'hearing_type_by_outcome'
        and parole_hearings.category = 'oral_hearing'
        and parole_hearings.period_type = 'financial_year'
        and {{ in_last_years('parole_hearings', 10) }}
),

figures as (
    {{ filled_with_zero('counts', every_category=false) }}
)

{{ dashboard_block('hearing_outcomes', series_of='outcome') }}
