with figures as (
    select
        'All recalls' as series,
        recall_rates.category,
        {{ counted_figure('recall_rates', 'rate_per_100', 'recalls per 100 people', base='people_on_licence') }}
    from {{ ref('recall_rates') }} as recall_rates
    where
        recall_rates.breakdown = 'probation_region'
        and recall_rates.period_type = 'financial_year'
        and {{ in_last_years('recall_rates', 2) }}
)

{{ dashboard_block('recall_rate_by_region', category_of='probation_region') }}
