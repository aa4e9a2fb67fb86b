{{
    internal_mart(
        measures=['months_between_reviews', 'months_between_dpp_referrals'],
        dimensions=['interval', 'sentence_type', 'custody_status']
    )
}}
