{{ internal_mart(measures=['parom1_on_time'], dimensions=['sentence_type', 'probation_region']) }}
