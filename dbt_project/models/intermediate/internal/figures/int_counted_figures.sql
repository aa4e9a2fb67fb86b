-- Every figure counted from records, with the codes of the records. One line a topic.
{% set topics = [
    'int_open_acct_figures',
    'int_figures_of_marts',
    'int_recall_panel_figures',
    'int_oral_hearing_figures',
    'int_parole_review_figures',
    'int_review_pause_figures',
    'int_parole_report_figures',
    'int_reviews_without_progression_figures',
    'int_open_conditions_figures',
    'int_open_conditions_failure_figures',
    'int_psychology_sample_figures',
    'int_review_interval_figures',
    'int_appropriate_prison_figures',
    'int_rag_figures',
    'int_rag_movement_figures',
    'int_progression_panel_figures',
    'int_progression_regime_figures',
    'int_rotl_figures',
    'int_dpp_case_file_figures',
    'int_psychology_review_figures',
    'int_opd_figures',
    'int_community_death_figures',
    'int_approved_premises_figures',
    'int_progressive_transfer_figures',
    'int_accredited_programme_figures',
    'int_offender_manager_figures',
    'int_progression_regime_recommendation_figures',
    'int_s117_aftercare_figures',
    'int_never_released_barrier_figures',
    'int_community_psychology_figures',
    'int_caseload_figures',
    'int_tariff_figures',
    'int_custody_attribute_figures',
    'int_hospital_figures',
] -%}

{% for topic in topics -%}
select
    measure,
    statistic,
    breakdown,
    period_type,
    period_start,
    period_end,
    value,
    numerator,
    denominator,
    unit
from {{ ref(topic) }}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
