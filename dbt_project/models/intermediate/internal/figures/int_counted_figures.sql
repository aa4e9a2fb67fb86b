-- Every figure counted from records, with the codes of the records. One line a topic.
{% set topics = [
    'int_figures_of_marts',
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
