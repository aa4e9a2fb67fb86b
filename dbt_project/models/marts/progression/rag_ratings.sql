{{
    internal_mart(
        measures=['rag_ratings', 'rag_movements'],
        dimensions=['cohort', 'delivery_unit', 'prison_code', 'probation_region', 'rag', 'rag_from', 'rag_to', 'sex']
    )
}}
