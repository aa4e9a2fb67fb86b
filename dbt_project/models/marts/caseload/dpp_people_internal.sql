{{
    internal_mart(
        measures=['dpp_people'],
        dimensions=['location', 'custody_status', 'sex']
    )
}}
