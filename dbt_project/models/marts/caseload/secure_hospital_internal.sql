{{
    internal_mart(
        measures=['ipp_restricted_patients', 'ipp_hospital_transfers', 'hospital_remissions'],
        dimensions=['sex', 'delivery_unit']
    )
}}
