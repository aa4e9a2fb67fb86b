{{
    internal_mart(
        measures=[
            'ipp_rereleases',
            'ipp_people_rereleased'
        ],
        dimensions=['route', 'sex', 'sentence_type']
    )
}}
