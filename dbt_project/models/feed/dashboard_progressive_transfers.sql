with figures as (
    select
        'Requested' as series,
        'Progressive transfers' as category,
        {{ counted_figure('progressive_transfers', 'transfers_requested', 'transfers') }}
    from {{ ref('progressive_transfers') }} as progressive_transfers
    where
        progressive_transfers.is_total
        and progressive_transfers.period_type = 'quarter'
    union all
    select
        'Escalated' as series,
        'Progressive transfers' as category,
        {{ counted_figure('progressive_transfers', 'transfers_escalated', 'transfers') }}
    from {{ ref('progressive_transfers') }} as progressive_transfers
    where
        progressive_transfers.is_total
        and progressive_transfers.period_type = 'quarter'
    union all
    select
        'Made' as series,
        'Progressive transfers' as category,
        {{ counted_figure('progressive_transfers', 'transfers_made', 'transfers') }}
    from {{ ref('progressive_transfers') }} as progressive_transfers
    where
        progressive_transfers.is_total
        and progressive_transfers.period_type = 'quarter'
    union all
    select
        'Median days taken' as series,
        'Progressive transfers' as category,
        {{ counted_figure('progressive_transfers', 'median_days_taken', 'days', base='transfers_made') }}
    from {{ ref('progressive_transfers') }} as progressive_transfers
    where
        progressive_transfers.is_total
        and progressive_transfers.period_type = 'quarter'
)

{{ dashboard_block('progressive_transfers', series_in_order=['Requested', 'Escalated', 'Made', 'Median days taken']) }}
