with figures as (
    select
        'Unlawfully at large' as series,
        'People whose licence is revoked' as category,
        {{ counted_figure('unlawfully_at_large', 'people', 'people') }}
    from {{ ref('unlawfully_at_large') }} as unlawfully_at_large
    where
        unlawfully_at_large.is_total
        and {{ in_last_years('unlawfully_at_large', 10) }}
)

{{ dashboard_block('unlawfully_at_large_over_time') }}
