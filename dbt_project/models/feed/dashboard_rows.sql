{#- Every block of the dashboard, in the order of orchestration/feed/sections.yml. -#}
{%- set blocks = [
    'caseload_by_location',
    'caseload_over_time',
    'prison_by_status',
    'community_by_region',
    'recalls_by_quarter',
    'recall_durations',
    'hearing_outcomes',
    'adjournments_by_region',
    'deferrals_by_region',
    'rag_ratings',
    'termination_schedule',
    'licences_ended',
    'opd_by_stage',
    'target_parom1_whole_percent',
    'action_plan_targets',
] -%}

with blocks as (
    {%- for block in blocks %}
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
    from {{ ref('dashboard_' ~ block) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
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
    -- No two rows have the same place, so sorting always gives the same file.
    cast(row_number() over (order by ts, block, row_order) as integer) as row_order,
    classification,
    contract_version
from blocks
