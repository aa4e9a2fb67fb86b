with figures as (
    select
        'Adjournments' as series,
        deferrals_and_adjournments.category,
        {{ counted_figure('deferrals_and_adjournments', 'adjournments', 'adjournments') }}
    from {{ ref('deferrals_and_adjournments') }} as deferrals_and_adjournments
    where
        deferrals_and_adjournments.breakdown in ('reason', 'total')
        and deferrals_and_adjournments.period_type = 'financial_year'
        and {{ in_last_years('deferrals_and_adjournments', 3) }}
    union all
    select
        'Deferrals' as series,
        deferrals_and_adjournments.category,
        {{ counted_figure('deferrals_and_adjournments', 'deferrals', 'deferrals') }}
    from {{ ref('deferrals_and_adjournments') }} as deferrals_and_adjournments
    where
        deferrals_and_adjournments.breakdown in ('reason', 'total')
        and deferrals_and_adjournments.period_type = 'financial_year'
        and {{ in_last_years('deferrals_and_adjournments', 3) }}
)

{{ dashboard_block('adjournments_by_reason', category_of='reason', series_in_order=['Adjournments', 'Deferrals']) }}
