{#-
    The reporting periods that a log of events can cover: those that begin in the month of its first event or later. Of one that began
    before, the log holds only the end, and what it counts would be mistaken for the whole.

    `log` is a CTE or relation with one row for each event, `day` its column of days. `period_types` are those of int_reporting_periods;
    a day to count people on (`as_at`) is a period of one day. With `published_for`, the periods that published figures of that mart speak
    of are given too (seed published_periods).
-#}
{% macro periods_of_log(log, day, period_types=['quarter', 'calendar_year', 'financial_year'], published_for=none) -%}
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where
        period_type in ('{{ period_types | join("', '") }}')
        and period_start >= (select cast({{ dbt.date_trunc('month', 'min(' ~ day ~ ')') }} as date) from {{ log }})
    {%- if published_for %}
    union all
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_published_periods') }}
    where
        mart = '{{ published_for }}'
        and period_start >= (select cast({{ dbt.date_trunc('month', 'min(' ~ day ~ ')') }} as date) from {{ log }})
    {%- endif %}
{%- endmacro %}
