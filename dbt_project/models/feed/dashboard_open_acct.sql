with counts as (
    select
        open_acct.category as series,
        'People with an open plan' as category,
        {{ counted_figure('open_acct', 'people', 'people') }}
    from {{ ref('open_acct') }} as open_acct
    where open_acct.breakdown = 'custody_status'
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('open_acct', series_of='custody_status') }}
