with figures as (
    select
        'Counted from records' as series,
        'Women in prison' as category,
        {{ counted_figure('prison_population', 'people', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    where
        prison_population.breakdown = 'sex'
        and prison_population.category = 'female'
        and {{ is_published('prison_population') }}
    union all
    select
        'Published' as series,
        'Women in prison' as category,
        {{ published_figure('prison_population', 'people') }}
    from {{ ref('prison_population') }} as prison_population
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('prison_population') }}
    where
        prison_population.breakdown = 'sex'
        and prison_population.category = 'female'
        and {{ is_published('prison_population') }}
)

{{ dashboard_block('women_in_prison_compared') }}
