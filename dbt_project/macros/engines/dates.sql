{#-
    What engines spell differently about days. Models use these and nothing else, so that they run on Spark and Athena too. DuckDB's
    spelling is the default.
-#}

{#- Whole days from one day to another, as a number. -#}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__days_between(first, last) -%} ({{ last }} - {{ first }}) {%- endmacro %}
{% macro spark__days_between(first, last) -%} cast(datediff({{ last }}, {{ first }}) as bigint) {%- endmacro %}
{% macro athena__days_between(first, last) -%} date_diff('day', {{ first }}, {{ last }}) {%- endmacro %}

{#- The day that many days, months or years after `day`; the last day of the month where the later month is too short. -#}
{% macro plus_days(day, number) -%}
    {{ return(adapter.dispatch('plus_days', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_days(day, number) -%} cast({{ day }} + {{ number }} as date) {%- endmacro %}
{% macro spark__plus_days(day, number) -%} date_add({{ day }}, cast({{ number }} as int)) {%- endmacro %}
{% macro athena__plus_days(day, number) -%} date_add('day', {{ number }}, {{ day }}) {%- endmacro %}

{% macro plus_months(day, number) -%}
    {{ return(adapter.dispatch('plus_months', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_months(day, number) -%} cast({{ day }} + to_months({{ number }}) as date) {%- endmacro %}
{% macro spark__plus_months(day, number) -%} add_months({{ day }}, cast({{ number }} as int)) {%- endmacro %}
{% macro athena__plus_months(day, number) -%} date_add('month', {{ number }}, {{ day }}) {%- endmacro %}

{% macro plus_years(day, number) -%}
    {{ return(adapter.dispatch('plus_years', 'ipp')(day, number)) }}
{%- endmacro %}
{% macro default__plus_years(day, number) -%} cast({{ day }} + to_years({{ number }}) as date) {%- endmacro %}
{% macro spark__plus_years(day, number) -%} add_months({{ day }}, cast(12 * ({{ number }}) as int)) {%- endmacro %}
{% macro athena__plus_years(day, number) -%} date_add('year', {{ number }}, {{ day }}) {%- endmacro %}

{#- Completed months or years from one day to another: from 31 January to 28 February there is one (DuckDB counts to the end of a short month). -#}
{% macro whole_months(first, last) -%}
    {{ return(adapter.dispatch('whole_months', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__whole_months(first, last) -%} date_sub('month', {{ first }}, {{ last }}) {%- endmacro %}
{% macro spark__whole_months(first, last) -%} {{ months_completed(first, last) }} {%- endmacro %}
{% macro athena__whole_months(first, last) -%} {{ months_completed(first, last) }} {%- endmacro %}

{% macro whole_years(first, last) -%}
    {{ return(adapter.dispatch('whole_years', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__whole_years(first, last) -%} date_sub('year', {{ first }}, {{ last }}) {%- endmacro %}
{% macro spark__whole_years(first, last) -%} ({{ months_completed(first, last) }} div 12) {%- endmacro %}
{#- Athena divides whole numbers to whole numbers, towards 0. -#}
{% macro athena__whole_years(first, last) -%} ({{ months_completed(first, last) }} / 12) {%- endmacro %}

{#- The months by the calendar, one nearer to 0 where that many months from the one day go beyond the other: `last` may be the earlier. -#}
{% macro months_completed(first, last) -%}
{%- set months -%}
    12 * (extract(year from {{ last }}) - extract(year from {{ first }}))
    + extract(month from {{ last }}) - extract(month from {{ first }})
{%- endset -%}
    cast(
        {{ months }} + case
            when {{ last }} >= {{ first }} and {{ plus_months(first, months) }} > {{ last }} then -1
            when {{ last }} < {{ first }} and {{ plus_months(last, '-(' ~ months ~ ')') }} > {{ first }} then 1
            else 0
        end as bigint
    )
{%- endmacro %}

{#- A relation of one column, to cross join: `first`, which is the first day of a month, and the first day of each month up to `last`. -#}
{% macro each_month(first, last) -%}
    {{ return(adapter.dispatch('each_month', 'ipp')(first, last)) }}
{%- endmacro %}
{% macro default__each_month(first, last) -%}
    unnest(generate_series(cast({{ first }} as timestamp), cast({{ last }} as timestamp), interval 1 month))
{%- endmacro %}
{% macro spark__each_month(first, last) -%}
    lateral explode(sequence({{ first }}, {{ last }}, interval 1 month))
{%- endmacro %}
{% macro athena__each_month(first, last) -%} unnest(sequence({{ first }}, {{ last }}, interval '1' month)) {%- endmacro %}

{#- The name of the month of a day: March. -#}
{% macro month_name(day) -%}
    {{ return(adapter.dispatch('month_name', 'ipp')(day)) }}
{%- endmacro %}
{% macro default__month_name(day) -%} monthname({{ day }}) {%- endmacro %}
{% macro spark__month_name(day) -%} date_format({{ day }}, 'MMMM') {%- endmacro %}
{% macro athena__month_name(day) -%} date_format({{ day }}, '%M') {%- endmacro %}
