with managers as (
    select
        'as_at' as period_type,
        as_at as period_start,
        as_at as period_end,
        person_key,
        manager_type,
        probation_region,
        allocated_on is not null as is_allocated,
        {{ days_between('last_contact_on', 'as_at') }} as days_since_contact
    from {{ source('records', 'offender_manager_contacts') }}
),

-- A row for each manager that a person should have, and one (`all`) that says whether the person has every one of them.
people as (
    select
        period_type,
        period_start,
        period_end,
        manager_type,
        probation_region,
        is_allocated,
        days_since_contact
    from managers
    union all
    select
        period_type,
        period_start,
        period_end,
        'all' as manager_type,
        probation_region,
        bool_and(is_allocated) as is_allocated,
        null as days_since_contact
    from managers
    group by
        period_type,
        period_start,
        period_end,
        person_key,
        probation_region
)

{{ counted([
    {
        'from': 'people',
        'by': [[], ['probation_region']],
        'columns': {
            'people': 'count(*)',
            'people_allocated': count_where('is_allocated'),
            'people_allocated_percent': percent_where('is_allocated'),
            'people_with_contact': "case when manager_type <> 'all' then count(days_since_contact) end",
            'median_days_since_contact': quantile('days_since_contact', 0.5)
        }
    },
], keys=['manager_type']) }}
