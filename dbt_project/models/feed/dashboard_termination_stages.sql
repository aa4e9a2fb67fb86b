{%- set stages = {
    'eligible_without_case': 'Eligible, without a case',
    'not_yet_referred': 'Not yet referred',
    'referred': 'Referred',
    'awaiting_decision': 'Awaiting a decision',
    'decided': 'Decided',
    'added_to_recall_review': 'Added to a recall review',
} -%}

with cases as (
    select
        termination_reviews.stage,
        {{ counted_figure('termination_reviews', 'cases', 'cases') }},
        termination_reviews.published_value,
        termination_reviews.published_status,
        termination_reviews.published_source,
        termination_reviews.published_source_kind,
        case termination_reviews.stage
            {%- for stage, label in stages.items() %}
            when '{{ stage }}' then '{{ label }}'
            {%- endfor %}
        end as category
    from {{ ref('termination_reviews') }} as termination_reviews
    where
        termination_reviews.is_total
        and termination_reviews.period_type = 'as_at'
        and {{ in_last_years('termination_reviews', 1) }}
),

figures as (
    select
        'Counted from records' as series,
        category,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        source,
        is_counted
    from cases
    union all
    select
        'Published' as series,
        cases.category,
        {{ published_figure('cases', 'cases') }}
    from cases
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('cases') }}
    where {{ is_published('cases') }}
)

{{ dashboard_block(
    'termination_stages',
    category_in_order=[
        'Eligible, without a case', 'Not yet referred', 'Referred', 'Awaiting a decision', 'Decided',
        'Added to a recall review'
    ]
) }}
