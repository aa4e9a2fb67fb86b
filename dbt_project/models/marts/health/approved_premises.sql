{{
    internal_mart(
        measures=['ipp_approved_premises_pilot'],
        dimensions=['approved_premises', 'pilot_status', 'probation_region']
    )
}}
