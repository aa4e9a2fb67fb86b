{#-
    The first day after a period of whole years that begins on `day`. `plus_years` moves 29 February to 28 February where the later year is
    not a leap year; the period is over on the day after that, 1 March.
-#}
{% macro years_after(day, years) -%}
    {%- set moved = plus_years(day, years) -%}
    {{ plus_days(moved, 'case when extract(day from ' ~ day ~ ') <> extract(day from ' ~ moved ~ ') then 1 else 0 end') }}
{%- endmacro %}
