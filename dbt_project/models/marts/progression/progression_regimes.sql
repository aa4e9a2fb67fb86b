{{
    internal_mart(
        measures=['progression_regime_population', 'progression_regime_recommendations_not_met'],
        dimensions=['custody_status', 'prison_code', 'refusal_reason', 'sex']
    )
}}
