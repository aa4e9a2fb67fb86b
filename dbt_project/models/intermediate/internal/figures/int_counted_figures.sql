-- Every figure counted from records, with the codes of the records. One line a topic.
{% set topics = [
    'int_figures_of_marts',
    'int_recall_reason_figures',
    'int_release_figures',
    'int_recall_rate_figures',
    'int_time_recalled_figures',
    'int_time_since_recall_figures',
    'int_survival_figures',
    'int_recall_referral_figures',
    'int_rarr_release_figures',
    'int_rarr_decision_figures',
    'int_termination_review_figures',
    'int_termination_report_figures',
    'int_termination_figures',
    'int_termination_eligibility_figures',
    'int_suspension_figures',
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
