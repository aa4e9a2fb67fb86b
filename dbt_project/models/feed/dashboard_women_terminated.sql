with figures as (
    select
        'On licence when the year began' as series,
        'Women on licence' as category,
        {{ counted_figure('licence_terminations', 'women_on_licence', 'people') }}
    from {{ ref('licence_terminations') }} as licence_terminations
    where
        licence_terminations.is_total
        and licence_terminations.period_type = 'calendar_year'
        and licence_terminations.women_on_licence is not null
        and {{ in_last_years('licence_terminations', 3) }}
    union all
    select
        'Licence terminated in the year' as series,
        'Women on licence' as category,
        {{ counted_figure('licence_terminations', 'women_terminated', 'people') }}
    from {{ ref('licence_terminations') }} as licence_terminations
    where
        licence_terminations.is_total
        and licence_terminations.period_type = 'calendar_year'
        and licence_terminations.women_on_licence is not null
        and {{ in_last_years('licence_terminations', 3) }}
    union all
    select
        'Share terminated' as series,
        'Women on licence' as category,
        {{ counted_figure('licence_terminations', 'women_terminated_percent', 'percent', base='women_on_licence') }}
    from {{ ref('licence_terminations') }} as licence_terminations
    where
        licence_terminations.is_total
        and licence_terminations.period_type = 'calendar_year'
        and licence_terminations.women_on_licence is not null
        and {{ in_last_years('licence_terminations', 3) }}
)

{{ dashboard_block(
    'women_terminated',
    series_in_order=['On licence when the year began', 'Licence terminated in the year', 'Share terminated']
) }}
