with releases as (
    select
        probation_region,
        released_on,
        coalesce(plan_agreed_on <= released_on, false) as has_plan
    from {{ source('records', 's117_aftercare') }}
),

releases_in_years as (
    {{
        events_in_periods(
            'releases', 'released_on', ['probation_region', 'has_plan'], ['calendar_year', 'financial_year']
        )
    }}
)

{{ counted([
    {
        'from': 'releases_in_years',
        'by': [[], ['probation_region']],
        'columns': {
            'releases_with_plan': count_where('has_plan'),
            'releases_with_plan_percent': percent_where('has_plan'),
            'releases': 'count(*)'
        }
    },
]) }}
