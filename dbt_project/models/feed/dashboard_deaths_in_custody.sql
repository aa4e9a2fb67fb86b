with figures as (
    select
        'Deaths in prison' as series,
        deaths_in_custody.cause as category,
        {{ published_row('deaths_in_custody') }}
    from {{ ref('published_deaths_in_custody') }} as deaths_in_custody
    left join {{ source('meta', 'releases') }} as releases
        on
            deaths_in_custody.publication = releases.publication
            and deaths_in_custody.release_id = releases.release_id
    where
        deaths_in_custody.period_type = 'calendar_year'
        and deaths_in_custody.custody_status = 'all'
)

{{ dashboard_block('deaths_in_custody', category_of='cause') }}
