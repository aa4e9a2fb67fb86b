{{
    internal_mart(
        measures=[
            'ipp_prison_population', 'ipp_unreleased_prisoners', 'ipp_recalled_prisoners',
            'ipp_women_in_prison', 'high_security_prisoners'
        ],
        dimensions=[
            'custody_status', 'sex', 'sentence_type', 'prison_code', 'delivery_unit', 'offence_group',
            'tariff_band', 'time_since_recall_band', 'time_over_tariff_band', 'category', 'age_band',
            'ethnicity'
        ]
    )
}}
