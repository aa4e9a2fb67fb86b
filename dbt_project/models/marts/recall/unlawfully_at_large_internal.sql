{{
    internal_mart(
        measures=['ipp_unlawfully_at_large'],
        dimensions=['duration_band', 'probation_region']
    )
}}
