with releases as (
    select
        sex,
        sentence_type,
        released_on
    from {{ source('records', 'ppud_release') }}
    where release_kind = 'first_release'
),

released as (
    {{ events_in_periods('releases', 'released_on', ['sex', 'sentence_type']) }}
),

counted as (
    {{ counted([
        {'from': 'released', 'by': [[], ['sex'], ['sentence_type']], 'columns': {'releases': 'count(*)'}},
    ]) | indent(4) }}
)

{{ with_published('counted', 'ipp_first_releases', ['releases']) }}
