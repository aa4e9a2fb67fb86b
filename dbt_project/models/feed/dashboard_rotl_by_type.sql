with counts as (
    select
        rotl.category as series,
        'Releases on temporary licence' as category,
        {{ counted_figure('rotl', 'releases', 'releases') }}
    from {{ ref('rotl') }} as rotl
    where
        rotl.breakdown = 'rotl_type'
        and rotl.period_type = 'quarter'
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('rotl_by_type', series_of='rotl_type') }}
