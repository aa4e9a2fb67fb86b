{{
    internal_mart(
        measures=['progression_panels', 'ipp_recalled_reviewed_by_panel'],
        dimensions=['cohort', 'delivery_unit', 'rag']
    )
}}
