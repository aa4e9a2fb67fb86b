with people as (
    select
        'as_at' as period_type,
        as_at as period_start,
        as_at as period_end,
        sex,
        prison_code,
        case when legal_status = 'RECALL' then 'recalled' else 'unreleased' end as custody_status
    from {{ source('records', 'nomis_custody_snapshot') }}
    where on_progression_regime_wing
),

recommendations as (
    select
        prison_code,
        recommended_on,
        decided_on,
        decision,
        refusal_reason
    from {{ source('records', 'progression_regime_recommendations') }}
),

periods as (
    {{ periods_of_log('recommendations', 'recommended_on') }}
),

-- Each recommendation on the day it was made, and each that was not met on the day of that decision.
events as (
    select
        'recommended' as event,
        prison_code,
        refusal_reason,
        recommended_on as happened_on
    from recommendations
    union all
    select
        'not_met' as event,
        prison_code,
        refusal_reason,
        decided_on as happened_on
    from recommendations
    where decision = 'not_met'
),

in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        events.event,
        events.prison_code,
        events.refusal_reason
    from periods
    inner join events on events.happened_on between periods.period_start and periods.period_end
)

{%- set recommended = {
    'recommendations': count_where("event = 'recommended'"),
    'recommendations_not_met': count_where("event = 'not_met'"),
} %}

{{ counted([
    {
        'from': 'people',
        'by': [[], ['custody_status'], ['prison_code'], ['sex']],
        'columns': {'people': 'count(*)'}
    },
    {'from': 'people', 'columns': {'prisons': 'count(distinct prison_code)'}},
    {'from': 'in_period', 'columns': recommended},
    {'from': 'in_period', 'where': in_last_four_quarters(), 'by': [['prison_code']], 'columns': recommended},
    {
        'from': 'in_period',
        'where': "event = 'not_met'",
        'by': [['refusal_reason']],
        'columns': {'recommendations_not_met': 'count(*)'}
    },
]) }}
