with barriers as (
    select
        'as_at' as period_type,
        reviewed_on as period_start,
        reviewed_on as period_end,
        person_key,
        barrier
    from {{ ref('stg_never_released_barriers') }}
)

-- A person may have several barriers: they do not add up to the people reviewed.
{{
    figures_from_records(
        'barriers', 'never_released_barriers', 'people', statistic='reviewed', value='count(distinct person_key)'
    )
}}
union all
{{ figures_from_records('barriers', 'never_released_barriers', 'people', [['barrier']]) }}
