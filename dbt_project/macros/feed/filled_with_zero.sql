{#-
    Counts with a zero for each series that has no number in a period and category where another has one. A mart has no row, or an empty
    measure, where it counts nothing, and a chart needs a number of every series. Only for counts: a missing share or median is no zero.
    A period in which no series has a number is left out: the records do not reach so far. Every category is in every period, unless
    `every_category` is false: for categories that name the period.
-#}
{% macro filled_with_zero(counts, every_category=true) -%}
{%- set categories = 'categories' if every_category else 'periods' %}
    select
        all_series.series,
        places.category,
        places.period_type,
        places.period_start,
        places.period_end,
        case
            when places.is_counted and coalesce({{ counts }}.value_status, 'unavailable') = 'unavailable' then 0
            else {{ counts }}.value
        end as value,
        places.unit,
        case
            when places.is_counted and coalesce({{ counts }}.value_status, 'unavailable') = 'unavailable' then 'final'
            else coalesce({{ counts }}.value_status, 'unavailable')
        end as value_status,
        places.source_kind,
        places.source,
        places.is_counted
    from (
        select distinct
            periods.period_type,
            periods.period_start,
            periods.period_end,
            periods.unit,
            periods.source_kind,
            periods.source,
            periods.is_counted,
            {{ categories }}.category
        from {{ counts }} as periods
        {%- if every_category %}
        cross join {{ counts }} as categories
        {%- endif %}
        where periods.value is not null
    ) as places
    cross join (select distinct series from {{ counts }}) as all_series
    left join {{ counts }}
        on
            all_series.series = {{ counts }}.series
            and places.category = {{ counts }}.category
            and places.period_end = {{ counts }}.period_end
{%- endmacro %}
