with releases as (
    select
        person_key,
        route,
        sex,
        sentence_type,
        released_on
    from {{ source('records', 'ppud_release') }}
    where release_kind = 're_release'
),

released as (
    {{ events_in_periods('releases', 'released_on', ['person_key', 'route', 'sex', 'sentence_type']) }}
),

counted as (
    {{ counted([
        {
            'from': 'released',
            'by': [[], ['route'], ['sex'], ['sentence_type']],
            'columns': {'releases': 'count(*)'}
        },
        {'from': 'released', 'columns': {'people': 'count(distinct person_key)'}},
    ]) | indent(4) }}
)

{{ with_published('counted', 'ipp_rereleases', ['releases', 'people']) }}
