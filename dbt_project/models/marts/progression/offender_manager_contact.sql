{{ internal_mart(measures=['offender_manager_contact'], dimensions=['manager_type', 'probation_region']) }}
