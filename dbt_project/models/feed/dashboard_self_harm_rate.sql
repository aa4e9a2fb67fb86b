with figures as (
    select
        self_harm.custody_status as series,
        'Self-harm incidents per 1,000 prisoners' as category,
        {{ published_row('self_harm') }}
    from {{ ref('published_self_harm') }} as self_harm
    left join {{ source('meta', 'releases') }} as releases
        on
            self_harm.publication = releases.publication
            and self_harm.release_id = releases.release_id
    where
        self_harm.statistic = 'rate'
        and self_harm.sex = 'all'
)

{{ dashboard_block('self_harm_rate', series_of='custody_status') }}
