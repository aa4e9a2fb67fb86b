with releases as (
    select
        person_key,
        release_kind,
        route,
        sex,
        sentence_type,
        released_on
    from {{ ref('stg_ppud_release') }}
),

released as (
    {{ events_in_periods('releases', 'released_on', ['person_key', 'release_kind', 'route', 'sex', 'sentence_type']) }}
),

first_releases as (
    select
        period_type,
        period_start,
        period_end,
        sex,
        sentence_type
    from released
    where release_kind = 'first_release'
),

rereleases as (
    select
        period_type,
        period_start,
        period_end,
        person_key,
        route,
        sex,
        sentence_type
    from released
    where release_kind = 're_release'
)

{{ figures_from_records('first_releases', 'ipp_first_releases', 'releases', [[], ['sex'], ['sentence_type']]) }}
union all
{{ figures_from_records('rereleases', 'ipp_rereleases', 'releases', [[], ['route'], ['sex'], ['sentence_type']]) }}
union all
{{ figures_from_records('rereleases', 'ipp_people_rereleased', 'people', value='count(distinct person_key)') }}
