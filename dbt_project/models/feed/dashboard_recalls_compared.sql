with figures as (
    select
        'Counted from records' as series,
        'Recalls' as category,
        {{ counted_figure('recalls', 'recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    where
        recalls.is_total
        and recalls.period_type = 'calendar_year'
        and {{ is_published('recalls') }}
    union all
    select
        'Published' as series,
        'Recalls' as category,
        {{ published_figure('recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('recalls') }}
    where
        recalls.is_total
        and recalls.period_type = 'calendar_year'
        and {{ is_published('recalls') }}
)

{{ dashboard_block('recalls_compared') }}
