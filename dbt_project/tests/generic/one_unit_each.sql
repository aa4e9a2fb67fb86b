{#- A measure and breakdown is counted in one unit in every publication: else its vintages could not be compared. -#}
{% test one_unit_each(model) %}
select
    measure,
    breakdown,
    min(unit) as one_unit,
    max(unit) as another_unit
from {{ model }}
group by
    measure,
    breakdown
having min(unit) <> max(unit)
{% endtest %}
