{{
    internal_mart(
        measures=['ipp_prisoners_by_category'],
        dimensions=['category', 'custody_status']
    )
}}
