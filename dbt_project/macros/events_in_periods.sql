{#-
    Each event once for every reporting period that its day falls in, with the columns asked for.

    `events` is a CTE or relation, `day` its column of days. `period_types` are those of int_reporting_periods that run over more than a
    day. With `published_for`, the periods that published figures of that mart cover are counted too (seed published_periods).
-#}
{% macro events_in_periods(events, day, columns, period_types=['quarter', 'calendar_year', 'financial_year'], published_for=none) -%}
    select
        periods.period_type,
        periods.period_start,
        periods.period_end
        {%- for column in columns %},
        events.{{ column }}
        {%- endfor %}
    from {{ ref('int_reporting_periods') }} as periods
    inner join {{ events }} as events on events.{{ day }} between periods.period_start and periods.period_end
    where periods.period_type in ('{{ period_types | join("', '") }}')
    {%- if published_for %}
    union all
    select
        periods.period_type,
        periods.period_start,
        periods.period_end
        {%- for column in columns %},
        events.{{ column }}
        {%- endfor %}
    from {{ ref('int_published_periods') }} as periods
    inner join {{ events }} as events on events.{{ day }} between periods.period_start and periods.period_end
    where periods.mart = '{{ published_for }}'
    {%- endif %}
{%- endmacro %}
