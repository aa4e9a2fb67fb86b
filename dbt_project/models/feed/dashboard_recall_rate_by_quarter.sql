with figures as (
    select
        'All recalls' as series,
        'Recalls per 100 people on licence' as category,
        {{ counted_figure('recall_rates', 'rate_per_100', 'recalls per 100 people', base='people_on_licence') }}
    from {{ ref('recall_rates') }} as recall_rates
    where
        recall_rates.is_total
        and recall_rates.period_type = 'quarter'
        and {{ in_last_years('recall_rates', 10) }}
)

{{ dashboard_block('recall_rate_by_quarter') }}
