{{
    internal_mart(
        measures=[
            'rarr_releases',
            'rarr_days_on_recall',
            'rarr_days_saved',
            'rarr_considered_share',
            'rarr_decisions',
            'recalls_disregarded'
        ],
        dimensions=['sex', 'probation_region', 'outcome']
    )
}}
