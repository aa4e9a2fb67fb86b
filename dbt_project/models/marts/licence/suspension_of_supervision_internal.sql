{{
    internal_mart(
        measures=['suspension_of_supervision'],
        dimensions=['probation_region', 'sentence_type', 'years_since_release']
    )
}}
