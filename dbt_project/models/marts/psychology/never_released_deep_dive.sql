{{ internal_mart(measures=['never_released_barriers'], dimensions=['barrier']) }}
