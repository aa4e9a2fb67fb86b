{{
    internal_mart(
        measures=['termination_eligible', 'automatic_terminations_to_come'],
        dimensions=['regime', 'sentence_type', 'probation_region']
    )
}}
