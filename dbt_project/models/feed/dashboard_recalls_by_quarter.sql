with figures as (
    select
        'All recalls' as series,
        'Recalls' as category,
        {{ counted_figure('recalls', 'recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    where
        recalls.is_total
        and recalls.period_type = 'quarter'
        and {{ in_last_years('recalls', 10) }}
)

{{ dashboard_block('recalls_by_quarter') }}
