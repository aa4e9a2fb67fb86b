with figures as (
    select
        'People assessed' as series,
        'People in prison' as category,
        {{ counted_figure('appropriate_prison', 'people', 'people') }}
    from {{ ref('appropriate_prison') }} as appropriate_prison
    where appropriate_prison.is_total
    union all
    select
        'In an appropriate prison' as series,
        'People in prison' as category,
        {{ counted_figure('appropriate_prison', 'in_appropriate_prison', 'people') }}
    from {{ ref('appropriate_prison') }} as appropriate_prison
    where appropriate_prison.is_total
    union all
    select
        'Share in an appropriate prison' as series,
        'People in prison' as category,
        {{ counted_figure('appropriate_prison', 'in_appropriate_prison_percent', 'percent', base='people') }}
    from {{ ref('appropriate_prison') }} as appropriate_prison
    where appropriate_prison.is_total
)

{{ dashboard_block(
    'appropriate_prison',
    series_in_order=['People assessed', 'In an appropriate prison', 'Share in an appropriate prison']
) }}
