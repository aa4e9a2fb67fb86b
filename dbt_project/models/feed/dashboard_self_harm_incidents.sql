with figures as (
    select
        self_harm.sex as series,
        'Self-harm incidents' as category,
        {{ published_row('self_harm') }}
    from {{ ref('published_self_harm') }} as self_harm
    left join {{ source('meta', 'releases') }} as releases
        on
            self_harm.publication = releases.publication
            and self_harm.release_id = releases.release_id
    where
        self_harm.statistic = 'incidents'
        and self_harm.sex <> 'all'
        and self_harm.custody_status = 'all'
)

{{ dashboard_block('self_harm_incidents', series_of='sex') }}
