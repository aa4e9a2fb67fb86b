with recommendations as (
    select
        reviews.concluded_on as recommended_on,
        reviews.secretary_of_state_decided_on as decided_on,
        reviews.secretary_of_state_decided_on - reviews.concluded_on as days_to_decide,
        people.sex,
        coalesce(reviews.secretary_of_state_decision, 'not_decided') as decision
    from {{ ref('stg_ppud_review') }} as reviews
    inner join {{ ref('int_people') }} as people on reviews.person_key = people.person_key
    where reviews.outcome = 'recommend_open'
),

recommended as (
    {{
        events_in_periods(
            'recommendations', 'recommended_on', ['sex', 'decision'],
            period_types=['month', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
),

decided as (
    {{
        events_in_periods(
            'recommendations', 'decided_on', ['sex', 'decision', 'days_to_decide'],
            period_types=['month', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
)

{{
    figures_from_records(
        'recommended', 'open_conditions_recommendations', 'recommendations', [[], ['sex'], ['decision']],
        statistic='recommended'
    )
}}
union all
{{
    figures_from_records(
        'decided', 'open_conditions_recommendations', 'recommendations', [[], ['sex'], ['decision']],
        statistic='decided'
    )
}}
union all
{{
    shares_from_records(
        'decided', 'open_conditions_recommendations', "decision = 'accepted'", [[], ['sex']],
        statistic='share_accepted'
    )
}}
union all
{{
    figures_from_records(
        'decided', 'open_conditions_recommendations', 'days', [[], ['decision']],
        statistic='median_days_to_decide', value='median(days_to_decide)', denominator='count(*)'
    )
}}
