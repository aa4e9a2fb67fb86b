with counts as (
    select
        dpp_people.category as series,
        'People serving DPP in prison' as category,
        {{ counted_figure('dpp_people', 'people', 'people') }}
    from {{ ref('dpp_people') }} as dpp_people
    where
        dpp_people.breakdown = 'custody_status'
        and {{ in_last_years('dpp_people', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('dpp_in_prison', series_of='custody_status') }}
