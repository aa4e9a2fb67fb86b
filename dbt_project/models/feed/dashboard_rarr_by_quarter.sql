with figures as (
    select
        'Releases' as series,
        'Risk assessed recall reviews' as category,
        {{ counted_figure('rarr', 'releases', 'releases') }}
    from {{ ref('rarr') }} as rarr
    where
        rarr.is_total
        and rarr.period_type = 'quarter'
        and {{ in_last_years('rarr', 3) }}
    union all
    select
        'Median days on recall before release' as series,
        'Risk assessed recall reviews' as category,
        {{ counted_figure('rarr', 'median_days_on_recall', 'days', base='releases_with_days_on_recall') }}
    from {{ ref('rarr') }} as rarr
    where
        rarr.is_total
        and rarr.period_type = 'quarter'
        and {{ in_last_years('rarr', 3) }}
    union all
    select
        'Reviews decided' as series,
        'Risk assessed recall reviews' as category,
        {{ counted_figure('rarr', 'reviews_decided', 'reviews') }}
    from {{ ref('rarr') }} as rarr
    where
        rarr.is_total
        and rarr.period_type = 'quarter'
        and {{ in_last_years('rarr', 3) }}
    union all
    select
        'Recalls to consider' as series,
        'Risk assessed recall reviews' as category,
        {{ counted_figure('rarr', 'recalls_to_consider', 'recalls') }}
    from {{ ref('rarr') }} as rarr
    where
        rarr.is_total
        and rarr.period_type = 'quarter'
        and {{ in_last_years('rarr', 3) }}
    union all
    select
        'Recalls considered' as series,
        'Risk assessed recall reviews' as category,
        {{ counted_figure('rarr', 'recalls_considered', 'recalls') }}
    from {{ ref('rarr') }} as rarr
    where
        rarr.is_total
        and rarr.period_type = 'quarter'
        and {{ in_last_years('rarr', 3) }}
)

{{ dashboard_block(
    'rarr_by_quarter',
    series_in_order=['Releases', 'Median days on recall before release', 'Reviews decided', 'Recalls to consider', 'Recalls considered']
) }}
