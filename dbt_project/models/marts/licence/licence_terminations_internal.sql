{{
    internal_mart(
        measures=['automatic_licence_terminations', 'ipp_women_licences_terminated_share'],
        dimensions=['sex', 'sentence_type', 'probation_region']
    )
}}
