{{ internal_mart(measures=['community_deaths'], dimensions=['probation_region', 'sex']) }}
