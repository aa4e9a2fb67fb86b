with unreleased as (
    select
        period_type,
        period_start,
        period_end,
        sex,
        age_band,
        ethnicity,
        religion,
        nationality,
        disability
    from {{ ref('int_prisoners_on_extract_day') }}
    where custody_status = 'unreleased'
),

alike as (
    select
        *,
        count(*) over (partition by period_type, period_start, period_end) as people_in_all
    from unreleased
),

counted as (
    {{ counted([
        {'from': 'unreleased', 'columns': {'people': 'count(*)'}},
        {
            'from': 'alike',
            'by': [['age_band'], ['sex'], ['ethnicity'], ['religion'], ['disability'], ['nationality']],
            'columns': {
                'people': 'count(*)',
                'people_percent': '100e0 * count(*) / max(people_in_all)',
                'people_in_all': 'max(people_in_all)'
            }
        },
    ]) | indent(4) }}
)

{{ with_published('counted', 'ipp_unreleased_demographics', ['people', 'people_percent', 'people_in_all']) }}
