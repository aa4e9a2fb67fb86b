with figures as (
    select
        'Counted from records' as series,
        parole_hearings.category,
        {{ counted_figure('parole_hearings', 'oral_hearings', 'hearings') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    where
        parole_hearings.breakdown = 'review_series'
        and parole_hearings.period_type = 'financial_year'
        and {{ is_published('parole_hearings') }}
    union all
    select
        'Published' as series,
        parole_hearings.category,
        {{ published_figure('parole_hearings', 'hearings') }}
    from {{ ref('parole_hearings') }} as parole_hearings
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('parole_hearings') }}
    where
        parole_hearings.breakdown = 'review_series'
        and parole_hearings.period_type = 'financial_year'
        and {{ is_published('parole_hearings') }}
)

{{ dashboard_block('hearings_compared', category_of='review_series') }}
