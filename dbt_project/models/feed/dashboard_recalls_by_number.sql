with figures as (
    select
        'Recalls' as series,
        recalls.category,
        {{ counted_figure('recalls', 'recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    where
        recalls.breakdown in ('recall_number', 'total')
        and recalls.period_type = 'financial_year'
        and {{ in_last_years('recalls', 3) }}
)

{{ dashboard_block('recalls_by_number', category_of='recall_number') }}
