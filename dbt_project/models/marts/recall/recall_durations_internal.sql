{{
    internal_mart(
        measures=['ipp_mean_time_recalled', 'ipp_time_since_recall', 'ipp_time_to_recall', 'ipp_rereleased_within'],
        dimensions=['sentence_type', 'first_or_rerelease', 'time_since_recall', 'delivery_unit']
    )
}}
