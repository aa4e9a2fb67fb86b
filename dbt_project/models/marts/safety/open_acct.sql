{{ internal_mart(measures=['open_acct'], dimensions=['custody_status', 'prison_code']) }}
