with counts as (
    select
        'Unlawfully at large' as series,
        unlawfully_at_large.category,
        {{ counted_figure('unlawfully_at_large', 'people', 'people') }}
    from {{ ref('unlawfully_at_large') }} as unlawfully_at_large
    where
        unlawfully_at_large.breakdown = 'duration_band'
        and {{ in_last_years('unlawfully_at_large', 1) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('unlawfully_at_large_by_duration', category_of='duration_band') }}
