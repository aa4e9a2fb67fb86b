{{ internal_mart(measures=['progressive_transfers'], dimensions=['from_prison', 'to_prison']) }}
