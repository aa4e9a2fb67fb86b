{#-
    The first day after a period of whole years that begins on `day`. DuckDB moves 29 February to 28 February where the later year is not
    a leap year; the period is over on the day after that, 1 March.
-#}
{% macro years_after(day, years) -%}
    cast({{ day }} + to_years({{ years }}) as date)
    + case when extract(day from {{ day }}) <> extract(day from {{ day }} + to_years({{ years }})) then 1 else 0 end
{%- endmacro %}
