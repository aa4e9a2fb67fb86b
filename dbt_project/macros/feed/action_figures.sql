{#- The block with the figures that answer the actions of the minutes and are of one type of period. -#}
{% macro action_figures(block, period_type) -%}
with figures as (
    select
        'Action ' || cast(actions.action as {{ dbt.type_string() }}) || ': ' || actions.says as series,
        case when actions.is_total then 'Total' else names.label end as category,
        case when actions.is_total then 9999 else names.sort_order end as category_order,
        actions.period_type,
        actions.period_start,
        actions.period_end,
        actions.value,
        actions.unit,
        actions.value_status,
        actions.source_kind,
        {{ records_source('actions') }} as source,
        true as is_counted
    from {{ ref('stakeholder_actions') }} as actions
    left join {{ ref('categories') }} as names
        on
            actions.breakdown = names.dimension
            and actions.category = names.code
    where
        actions.period_type = '{{ period_type }}'
        and actions.measure <> ''
)

{{ dashboard_block(block, category_order='category_order', series_first=true, latest_within=['series']) }}
{%- endmacro %}
