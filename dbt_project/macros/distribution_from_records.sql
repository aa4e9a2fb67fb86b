{#-
    Mean, median and quartiles of a quantity of records, as rows of figures: `figures_from_records` once for each. Records without the
    quantity are left out, and `denominator` says how many have it. Quartiles lie between two records where they fall between them.
-#}
{% macro distribution_from_records(source, measure, unit, quantity, by=[[]]) -%}
    {%- set statistics = {
        'mean': 'avg(' ~ quantity ~ ')',
        'lower_quartile': 'quantile_cont(' ~ quantity ~ ', 0.25)',
        'median': 'quantile_cont(' ~ quantity ~ ', 0.5)',
        'upper_quartile': 'quantile_cont(' ~ quantity ~ ', 0.75)',
    } -%}
    {%- for statistic, value in statistics.items() %}
    {{ figures_from_records(source, measure, unit, by, statistic, value, denominator='count(' ~ quantity ~ ')') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
