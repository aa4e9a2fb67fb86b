{{
    internal_mart(
        measures=['ipp_caseload'],
        dimensions=['location', 'custody_status', 'sentence_type', 'sex', 'probation_region']
    )
}}
