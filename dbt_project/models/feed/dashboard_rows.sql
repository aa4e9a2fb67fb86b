{#-
    What the platform shows: the blocks in words, in one order. Words are made here, once, and not in each of a hundred
    blocks.
-#}
-- No two rows have the same place, so sorting always gives the same file.
with ordered as (
    select
        blocks.block,
        blocks.is_latest,
        blocks.series,
        blocks.category,
        blocks.period_end as ts,
        {{ period_text('blocks') }} as period,
        {{ rounded_value('blocks') }} as value,
        {{ value_text('blocks') }} as value_text,
        case
            when blocks.value is null or blocks.rating is null then {{ status_text('blocks') }}
            when blocks.source_kind in ('synthetic', 'synthetic_scaled') then blocks.rating || ' (synthetic)'
            else blocks.rating
        end as status_text,
        blocks.source,
        cast(row_number() over (order by blocks.period_end, blocks.block, blocks.row_order) as integer) as row_order,
        {{ classification('blocks', 'blocks.is_counted') }} as classification,
        '{{ feed_contract_version() }}' as contract_version
    from {{ ref('int_dashboard_blocks') }} as blocks
),

-- The platform says the number of the dataset's last day beside every time series. Without a day, it says none.
edges as (
    select
        'First row' as series,
        0 as row_order
    union all
    select
        'Last row' as series,
        cast(count(*) + 1 as integer) as row_order
    from ordered
)

select
    block,
    is_latest,
    series,
    category,
    ts,
    period,
    value,
    value_text,
    status_text,
    source,
    row_order,
    classification,
    contract_version
from ordered
union all
select
    'edge' as block,
    'false' as is_latest,
    series,
    '[z]' as category,
    cast(null as date) as ts,
    '[z]' as period,
    cast(null as double) as value,
    '[z]' as value_text,
    'not applicable' as status_text,
    '[z]' as source,
    row_order,
    'internal' as classification,
    '{{ feed_contract_version() }}' as contract_version
from edges
