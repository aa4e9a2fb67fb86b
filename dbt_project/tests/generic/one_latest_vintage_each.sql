{#- Each measure, breakdown and period has exactly one row that is its latest vintage. -#}
{% test one_latest_vintage_each(model) %}
select
    measure,
    breakdown,
    period_type,
    period_start,
    period_end,
    count(*) filter (where is_latest) as latest_vintages
from {{ model }}
group by
    measure,
    breakdown,
    period_type,
    period_start,
    period_end
having count(*) filter (where is_latest) <> 1
{% endtest %}
