with figures as (
    select
        'Adjournments' as series,
        deferrals_and_adjournments.category,
        {{ counted_figure('deferrals_and_adjournments', 'adjournments', 'adjournments') }}
    from {{ ref('deferrals_and_adjournments') }} as deferrals_and_adjournments
    where
        deferrals_and_adjournments.breakdown in ('probation_region', 'total')
        and deferrals_and_adjournments.period_type = 'quarter'
        and {{ in_last_years('deferrals_and_adjournments', 1) }}
)

{{ dashboard_block('adjournments_by_region', category_of='probation_region') }}
