with figures as (
    select
        'Returns for cause' as series,
        'Returns to closed conditions' as category,
        {{ counted_figure('open_conditions', 'returns_to_closed', 'returns') }}
    from {{ ref('open_conditions') }} as open_conditions
    where
        open_conditions.is_total
        and open_conditions.period_type = 'quarter'
        and {{ in_last_years('open_conditions', 10) }}
)

{{ dashboard_block('open_conditions_failures') }}
