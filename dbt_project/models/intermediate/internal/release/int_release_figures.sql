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

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year', 'financial_year')
),

released as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        releases.person_key,
        releases.release_kind,
        releases.route,
        releases.sex,
        releases.sentence_type
    from periods
    inner join releases on releases.released_on between periods.period_start and periods.period_end
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
