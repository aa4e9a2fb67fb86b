{{ internal_mart(measures=['high_security_prisoners'], dimensions=['custody_status', 'security_category']) }}
