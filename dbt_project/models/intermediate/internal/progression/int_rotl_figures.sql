{%- set dimensions = [[], ['prison_code'], ['rotl_type']] -%}

with releases as (
    select
        person_key,
        prison_code,
        rotl_type,
        left_on
    from {{ ref('stg_rotl') }}
),

periods as (
    {{ periods_of_log('releases', 'left_on') }}
),

in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        releases.person_key,
        releases.prison_code,
        releases.rotl_type
    from periods
    inner join releases on releases.left_on between periods.period_start and periods.period_end
),

regimes as (
    select prison_code
    from {{ ref('prisons') }}
    where has_progression_regime
),

-- Every prison with a progression regime in every quarter, so that none that offers it is zero and not silence.
offered as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        regimes.prison_code,
        count(in_period.prison_code) > 0 as is_offered
    from periods
    cross join regimes
    left join in_period
        on
            periods.period_type = in_period.period_type
            and periods.period_start = in_period.period_start
            and regimes.prison_code = in_period.prison_code
    where periods.period_type = 'quarter'
    group by
        periods.period_type,
        periods.period_start,
        periods.period_end,
        regimes.prison_code
)

{{ figures_from_records('in_period', 'rotl_releases', 'releases', dimensions) }}
union all
{{
    figures_from_records(
        'in_period', 'rotl_releases', 'people', dimensions,
        statistic='people', value='count(distinct person_key)'
    )
}}
union all
{{
    figures_from_records(
        'offered', 'rotl_in_progression_regimes', 'prisons', [[], ['prison_code']],
        value='count(*) filter (where is_offered)'
    )
}}
