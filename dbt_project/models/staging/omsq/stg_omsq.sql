{{ union_figures([
    source('landing', 'omsq_community_caseload'),
    source('landing', 'omsq_indeterminate_by_age'),
    source('landing', 'omsq_indeterminate_by_ethnicity'),
    source('landing', 'omsq_indeterminate_by_sex'),
    source('landing', 'omsq_indeterminate_by_tariff'),
    source('landing', 'omsq_ipp_prisoners_by_status'),
    source('landing', 'omsq_ipp_time_over_tariff'),
    source('landing', 'omsq_recalls_by_reason'),
    source('landing', 'omsq_recalls_by_sentence'),
    source('landing', 'omsq_releases_after_recall'),
    source('landing', 'omsq_releases_by_sentence'),
], condition='measure is not null') }}
