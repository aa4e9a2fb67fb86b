{{ internal_mart(measures=['ipp_first_releases'], dimensions=['sex', 'sentence_type']) }}
