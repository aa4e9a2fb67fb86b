{#-
    A mart has one row for each period, breakdown, member and further key; its total is the row of the breakdown `total`, whose members are
    `all`; a day starts when it ends. Gives the rows that are otherwise.
-#}
{% test mart_rows(model, keys=[]) %}
{%- set key = ['period_type', 'period_start', 'period_end', 'breakdown', 'category', 'category_2'] + keys -%}
select
    {{ key | join(',\n    ') }},
    count(*) as times
from {{ model }}
group by
    {{ key | join(',\n    ') }}
having
    count(*) > 1
    {%- for name in key %}
    or bool_or({{ name }} is null)
    {%- endfor %}
    or bool_or(is_total <> (breakdown = 'total'))
    or bool_or((category = 'all') <> (breakdown = 'total'))
    or bool_or((category_2 = 'all') <> (strpos(breakdown, '_by_') = 0))
    or bool_or(period_start > period_end or (period_type = 'as_at' and period_start < period_end))
{% endtest %}
