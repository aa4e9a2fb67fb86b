{{
    internal_mart(
        measures=['dpp_case_files_reviewed', 'psychology_case_reviews'],
        dimensions=['custody_status', 'delivery_unit', 'review_type', 'sentence_type']
    )
}}
