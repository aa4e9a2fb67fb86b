{{
    internal_mart(
        measures=['in_appropriate_prison'],
        dimensions=['custody_status', 'delivery_unit', 'prison_code', 'priority_need', 'rag', 'sex']
    )
}}
