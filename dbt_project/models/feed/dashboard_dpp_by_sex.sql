with figures as (
    select
        'People serving DPP' as series,
        dpp_people.category,
        {{ counted_figure('dpp_people', 'people', 'people') }}
    from {{ ref('dpp_people') }} as dpp_people
    where
        dpp_people.breakdown in ('sex', 'total')
        and {{ in_last_years('dpp_people', 1) }}
)

{{ dashboard_block('dpp_by_sex', category_of='sex') }}
