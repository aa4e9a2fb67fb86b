{{
    internal_mart(
        measures=['ipp_recalls_by_reason', 'ipp_recalls_without_further_charge', 'ipp_recalls_out_of_touch'],
        dimensions=['reason', 'sex', 'probation_region']
    )
}}
