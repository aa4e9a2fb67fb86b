with figures as (
    select
        'Mean' as series,
        'Months between reviews' as category,
        {{ counted_figure('parole_intervals', 'mean_months', 'months') }}
    from {{ ref('parole_intervals') }} as parole_intervals
    where
        parole_intervals.is_total
        and parole_intervals.period_type = 'quarter'
        and parole_intervals.mean_months is not null
        and {{ in_last_years('parole_intervals', 10) }}
    union all
    select
        'Median' as series,
        'Months between reviews' as category,
        {{ counted_figure('parole_intervals', 'median_months', 'months') }}
    from {{ ref('parole_intervals') }} as parole_intervals
    where
        parole_intervals.is_total
        and parole_intervals.period_type = 'quarter'
        and parole_intervals.mean_months is not null
        and {{ in_last_years('parole_intervals', 10) }}
)

{{ dashboard_block('months_between_reviews', series_in_order=['Mean', 'Median']) }}
