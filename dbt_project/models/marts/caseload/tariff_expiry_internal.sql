{{
    internal_mart(
        measures=['ipp_unreleased_by_tariff', 'ipp_months_over_tariff', 'ipp_average_tariff'],
        dimensions=['tariff_band', 'tariff_expiry_status', 'time_over_tariff_band']
    )
}}
