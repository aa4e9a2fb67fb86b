with counts as (
    select
        'Recalls with the reason' as series,
        recall_reasons.category,
        {{ counted_figure('recall_reasons', 'recalls_with_reason', 'recalls') }}
    from {{ ref('recall_reasons') }} as recall_reasons
    where
        recall_reasons.breakdown = 'reason'
        and recall_reasons.period_type = 'financial_year'
        and {{ in_last_years('recall_reasons', 3) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('recalls_by_reason', category_of='reason') }}
