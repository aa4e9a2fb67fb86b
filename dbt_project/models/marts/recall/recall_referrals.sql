{{ internal_mart(measures=['ipp_days_to_parole_referral'], dimensions=[]) }}
