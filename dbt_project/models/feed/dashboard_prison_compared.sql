with figures as (
    select
        'Counted from records' as series,
        prison_population.category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'custody_status'
        and {{ is_published('prison_population') }}
    union all
    select
        'Published' as series,
        prison_population.category,
        {{ published_figure('prison_population', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('prison_population') }}
    where
        prison_population.breakdown = 'custody_status'
        and {{ is_published('prison_population') }}
)

{{ dashboard_block('prison_compared', category_of='custody_status') }}
