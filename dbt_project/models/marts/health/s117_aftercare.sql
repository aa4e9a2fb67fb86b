{{ internal_mart(measures=['s117_aftercare'], dimensions=['probation_region']) }}
