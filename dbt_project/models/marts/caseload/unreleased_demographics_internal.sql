{{
    internal_mart(
        measures=['ipp_unreleased_demographics'],
        dimensions=['age_band', 'sex', 'ethnicity', 'religion', 'disability', 'nationality']
    )
}}
