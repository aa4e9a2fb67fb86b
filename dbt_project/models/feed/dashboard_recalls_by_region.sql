with figures as (
    select
        'Recalls' as series,
        recalls.category,
        {{ counted_figure('recalls', 'recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    where
        recalls.breakdown in ('probation_region', 'total')
        and recalls.period_type = 'quarter'
        and {{ in_last_years('recalls', 1) }}
)

{{ dashboard_block('recalls_by_region', category_of='probation_region') }}
