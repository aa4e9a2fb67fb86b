with figures as (
    select
        'Releases' as series,
        {{ period_text('s117_aftercare') }} as category,
        {{ counted_figure('s117_aftercare', 'releases', 'releases') }}
    from {{ ref('s117_aftercare') }} as s117_aftercare
    where
        s117_aftercare.is_total
        and s117_aftercare.period_type = 'financial_year'
        and {{ in_last_years('s117_aftercare', 5) }}
    union all
    select
        'Releases with a plan' as series,
        {{ period_text('s117_aftercare') }} as category,
        {{ counted_figure('s117_aftercare', 'releases_with_plan', 'releases') }}
    from {{ ref('s117_aftercare') }} as s117_aftercare
    where
        s117_aftercare.is_total
        and s117_aftercare.period_type = 'financial_year'
        and {{ in_last_years('s117_aftercare', 5) }}
    union all
    select
        'Share with a plan' as series,
        {{ period_text('s117_aftercare') }} as category,
        {{ counted_figure('s117_aftercare', 'releases_with_plan_percent', 'percent', base='releases') }}
    from {{ ref('s117_aftercare') }} as s117_aftercare
    where
        s117_aftercare.is_total
        and s117_aftercare.period_type = 'financial_year'
        and {{ in_last_years('s117_aftercare', 5) }}
)

{{ dashboard_block('aftercare', series_in_order=['Releases', 'Releases with a plan', 'Share with a plan']) }}
