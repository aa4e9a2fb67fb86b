{{
    internal_mart(
        measures=['ipp_community_caseload', 'ipp_women_in_community', 'community_caseload_fall'],
        dimensions=[
            'probation_region', 'sentence_type', 'sex', 'years_since_first_release', 'years_since_last_release',
            'since'
        ]
    )
}}
