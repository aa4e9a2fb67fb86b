{#- What engines spell differently about days. Models use these and nothing else, so that they run on Spark and Trino too. -#}

{#- Whole days from one day to another, as a number. -#}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__days_between(first, last) -%} ({{ last }} - {{ first }}) {%- endmacro %}

{#- The day that many days, months or years after `day`; the last day of the month where the later month is too short. -#}
{% macro plus_days(day, number) -%}
    {{ return(adapter.dispatch('plus_days', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_days(day, number) -%} cast({{ day }} + {{ number }} as date) {%- endmacro %}

{% macro plus_months(day, number) -%}
    {{ return(adapter.dispatch('plus_months', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_months(day, number) -%} cast({{ day }} + to_months({{ number }}) as date) {%- endmacro %}

{% macro plus_years(day, number) -%}
    {{ return(adapter.dispatch('plus_years', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_years(day, number) -%} cast({{ day }} + to_years({{ number }}) as date) {%- endmacro %}

{#- Completed months or years from one day to another: from 31 January to 28 February there is one (DuckDB counts to the end of a short month). -#}
{% macro whole_months(first, last) -%}
    {{ return(adapter.dispatch('whole_months', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__whole_months(first, last) -%} date_sub('month', {{ first }}, {{ last }}) {%- endmacro %}

{% macro whole_years(first, last) -%}
    {{ return(adapter.dispatch('whole_years', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__whole_years(first, last) -%} date_sub('year', {{ first }}, {{ last }}) {%- endmacro %}

{#- A relation of one column, to cross join: `first`, which is the first day of a month, and the first day of each month up to `last`. -#}
{% macro each_month(first, last) -%}
    {{ return(adapter.dispatch('each_month', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__each_month(first, last) -%}
    unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 month))
{%- endmacro %}
