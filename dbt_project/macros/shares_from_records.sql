{#- The share of the rows of `source` that `condition` holds of, with both counts; a condition without an answer does not hold. -#}
{% macro shares_from_records(source, measure, condition, by=[[]], statistic='share') -%}
    {%- set met = 'count(*) filter (where ' ~ condition ~ ')' -%}
    {{ figures_from_records(
        source, measure, 'percent', by, statistic=statistic, value='100.0 * ' ~ met ~ ' / count(*)', numerator=met, denominator='count(*)'
    ) }}
{%- endmacro %}

{#-
    How the rows of `source` divide by the dimension `divided_by`: the share of each of its values, of all rows that are alike in the
    dimensions `within`. The shares of one group add up to 100.
-#}
{% macro divisions_from_records(source, measure, divided_by, within=[], statistic='share') -%}
    {%- set all_alike = 'sum(count(*)) over (partition by ' ~ (['period_type', 'period_start', 'period_end'] + within) | join(', ') ~ ')' -%}
    {{ figures_from_records(
        source, measure, 'percent', [within + [divided_by]], statistic=statistic,
        value='100.0 * count(*) / ' ~ all_alike, numerator='count(*)', denominator=all_alike
    ) }}
{%- endmacro %}
