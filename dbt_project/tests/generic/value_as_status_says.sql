{#- A value is missing exactly when its status says so: suppressed or unavailable is no number, not even zero. -#}
{% test value_as_status_says(model) %}
select
    value,
    value_status
from {{ model }}
where (value is null) <> (value_status in ('suppressed', 'unavailable', 'not_applicable'))
{% endtest %}
