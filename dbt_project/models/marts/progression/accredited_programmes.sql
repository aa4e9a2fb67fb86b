{{ internal_mart(measures=['accredited_programmes'], dimensions=['prison_code', 'programme']) }}
