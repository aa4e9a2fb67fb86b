{{ internal_mart(measures=['community_psychology_cases'], dimensions=['probation_region', 'service']) }}
