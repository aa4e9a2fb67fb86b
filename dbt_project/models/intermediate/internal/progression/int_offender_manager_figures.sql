{%- set dimensions = [['manager_type'], ['manager_type', 'probation_region']] -%}

with managers as (
    select
        'as_at' as period_type,
        as_at as period_start,
        as_at as period_end,
        person_key,
        manager_type,
        probation_region,
        allocated_on is not null as is_allocated,
        date_diff('day', last_contact_on, as_at) as days_since_contact
    from {{ ref('stg_offender_manager_contacts') }}
),

people as (
    select
        period_type,
        period_start,
        period_end,
        person_key,
        probation_region,
        bool_and(is_allocated) as has_every_manager
    from managers
    group by
        period_type,
        period_start,
        period_end,
        person_key,
        probation_region
)

{{
    figures_from_records(
        'managers', 'offender_manager_contact', 'people', dimensions,
        value='count(*) filter (where is_allocated)'
    )
}}
union all
{{
    figures_from_records(
        'managers', 'offender_manager_contact', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where is_allocated) / count(*)',
        numerator='count(*) filter (where is_allocated)',
        denominator='count(*)'
    )
}}
union all
{{
    figures_from_records(
        'managers', 'offender_manager_contact', 'days', dimensions,
        statistic='median', value='median(days_since_contact)', denominator='count(days_since_contact)'
    )
}}
union all
{{
    figures_from_records(
        'people', 'offender_manager_contact', 'people', [[], ['probation_region']],
        statistic='every_manager', value='count(*) filter (where has_every_manager)'
    )
}}
union all
{{
    figures_from_records(
        'people', 'offender_manager_contact', 'percent', [[], ['probation_region']],
        statistic='every_manager_share',
        value='100.0 * count(*) filter (where has_every_manager) / count(*)',
        numerator='count(*) filter (where has_every_manager)',
        denominator='count(*)'
    )
}}
