with releases as (
    select
        person_key,
        prison_code,
        rotl_type,
        left_on
    from {{ source('records', 'rotl') }}
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

-- Every prison with a progression regime in every quarter, so that the mart shows a zero if none had a release.
regimes_in_quarter as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        regimes.prison_code,
        count(in_period.prison_code) > 0 as has_rotl
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

{%- set released = {'releases': 'count(*)', 'people': 'count(distinct person_key)'} %}
{%- set target_5 = {'regime_prisons': 'count(*)', 'regime_prisons_with_rotl': count_where('has_rotl')} %}

{{ counted([
    {'from': 'in_period', 'by': [[], ['rotl_type']], 'columns': released},
    {'from': 'in_period', 'where': in_last_four_quarters(), 'by': [['prison_code']], 'columns': released},
    {'from': 'regimes_in_quarter', 'columns': target_5},
    {'from': 'regimes_in_quarter', 'where': in_last_four_quarters(), 'by': [['prison_code']], 'columns': target_5},
]) }}
