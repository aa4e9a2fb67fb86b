-- A suspension leaves the licence in force, so a person whose supervision is suspended still serves the sentence.
with people as (
    select
        period_type,
        period_start,
        period_end,
        location,
        custody_status,
        sex
    from {{ ref('int_people_on_days') }}
    where sentence_type = 'DPP'
),

in_prison as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        sex
    from people
    where location = 'prison'
),

counted as (
    {{ counted([
        {
            'from': 'people',
            'by': [[], ['location'], ['sex'], ['location', 'sex']],
            'columns': {'people': 'count(*)'}
        },
        {
            'from': 'in_prison',
            'by': [['custody_status'], ['custody_status', 'sex']],
            'columns': {'people': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published('counted', 'dpp_people', ['people']) }}
