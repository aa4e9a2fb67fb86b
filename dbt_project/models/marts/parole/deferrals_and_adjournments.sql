{{
    internal_mart(
        measures=['deferrals_and_adjournments', 'adjournments_by_region'],
        dimensions=['event_type', 'reason', 'directed_by', 'probation_region', 'times']
    )
}}
