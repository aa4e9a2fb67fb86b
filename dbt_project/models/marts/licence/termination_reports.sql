{{ internal_mart(measures=['termination_reports'], dimensions=['surge', 'probation_region']) }}
