with figures as (
    select
        'Women' as series,
        'Recalls' as category,
        {{ counted_figure('recalls', 'recalls', 'recalls') }}
    from {{ ref('recalls') }} as recalls
    where
        recalls.breakdown = 'sex'
        and recalls.period_type = 'quarter'
        and recalls.category = 'female'
        and {{ in_last_years('recalls', 10) }}
)

{{ dashboard_block('women_recalled') }}
