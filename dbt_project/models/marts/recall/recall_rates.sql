{{ internal_mart(measures=['ipp_recall_rate'], dimensions=['probation_region']) }}
