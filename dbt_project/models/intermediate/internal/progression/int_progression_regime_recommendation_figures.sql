with recommendations as (
    select
        prison_code,
        recommended_on,
        decided_on,
        decision,
        refusal_reason
    from {{ ref('stg_progression_regime_recommendations') }}
),

periods as (
    {{ periods_of_log('recommendations', 'recommended_on') }}
),

recommended as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        recommendations.prison_code
    from periods
    inner join recommendations on recommendations.recommended_on between periods.period_start and periods.period_end
),

not_met as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        recommendations.prison_code,
        recommendations.refusal_reason
    from periods
    inner join recommendations on recommendations.decided_on between periods.period_start and periods.period_end
    where recommendations.decision = 'not_met'
)

{{
    figures_from_records(
        'recommended', 'progression_regime_recommendations_not_met', 'cases', [[], ['prison_code']],
        statistic='recommended'
    )
}}
union all
{{
    figures_from_records(
        'not_met', 'progression_regime_recommendations_not_met', 'cases', [[], ['prison_code'], ['refusal_reason']],
        statistic='not_met'
    )
}}
