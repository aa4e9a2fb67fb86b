with counts as (
    select
        'People waiting' as series,
        accredited_programmes.category,
        {{ counted_figure('accredited_programmes', 'people_waiting', 'people') }}
    from {{ ref('accredited_programmes') }} as accredited_programmes
    where
        accredited_programmes.breakdown = 'programme'
        and accredited_programmes.period_type = 'as_at'
        and {{ in_last_years('accredited_programmes', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('programmes_waiting', category_of='programme') }}
