{{
    internal_mart(
        measures=['open_conditions_recommendations', 'open_conditions_failures'],
        dimensions=['sex', 'decision', 'prison_code', 'reason']
    )
}}
