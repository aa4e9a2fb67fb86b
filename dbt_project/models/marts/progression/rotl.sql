{{ internal_mart(measures=['rotl_releases', 'rotl_in_progression_regimes'], dimensions=['prison_code', 'rotl_type']) }}
