with figures as (
    select
        'Ended automatically' as series,
        'Licences' as category,
        {{ counted_figure('licence_terminations', 'people', 'people') }}
    from {{ ref('licence_terminations') }} as licence_terminations
    where
        licence_terminations.is_total
        and licence_terminations.period_type = 'month'
)

{{ dashboard_block('licences_ended_by_month') }}
