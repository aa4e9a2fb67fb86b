with figures as (
    select
        'Counted from records' as series,
        'Recalls with no further charge' as category,
        {{ counted_figure('recall_reasons', 'recalls_without_further_charge', 'recalls') }}
    from {{ ref('recall_reasons') }} as recall_reasons
    where
        recall_reasons.is_total
        and recall_reasons.period_type = 'calendar_year'
        and {{ is_published('recall_reasons') }}
    union all
    select
        'Published' as series,
        'Recalls with no further charge' as category,
        {{ published_figure('recall_reasons', 'recalls') }}
    from {{ ref('recall_reasons') }} as recall_reasons
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('recall_reasons') }}
    where
        recall_reasons.is_total
        and recall_reasons.period_type = 'calendar_year'
        and {{ is_published('recall_reasons') }}
)

{{ dashboard_block('recalls_without_charge_compared') }}
