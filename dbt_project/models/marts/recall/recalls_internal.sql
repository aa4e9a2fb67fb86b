{{
    internal_mart(
        measures=['ipp_recalls', 'ipp_people_recalled', 'ipp_recalls_agreed_by_deputy_head'],
        dimensions=['sex', 'sentence_type', 'probation_region', 'recall_number', 'ethnicity']
    )
}}
