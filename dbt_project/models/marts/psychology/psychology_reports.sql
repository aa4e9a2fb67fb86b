{{ internal_mart(measures=['psychology_reports'], dimensions=['custody_status', 'delivery_unit', 'report_type']) }}
