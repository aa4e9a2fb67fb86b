{%- set dimensions = [[], ['custody_status'], ['security_category']] -%}

with people as (
    select
        'as_at' as period_type,
        as_at as period_start,
        as_at as period_end,
        security_category,
        case when legal_status = 'RECALL' then 'recalled' else 'unreleased' end as custody_status
    from {{ ref('stg_nomis_custody_snapshot') }}
    where
        security_category in ('A', 'P')
        or delivery_unit = 'LTHSE'
)

{{ figures_from_records('people', 'high_security_prisoners', 'people', dimensions) }}
