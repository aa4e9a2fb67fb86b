with figures as (
    select
        'People with a panel' as series,
        'Share of people in prison or on licence' as category,
        {{ counted_figure('progression_panels', 'people_with_panel_percent', 'percent', base='people') }}
    from {{ ref('progression_panels') }} as progression_panels
    where progression_panels.is_total
)

{{ dashboard_block('progression_panels_share') }}
