{#-
    Counts with a zero for each series that has no row in a period and category where another has one. A mart has no row where it counts
    nothing, and a chart needs a number of every series. Only for counts: a missing share or median is no zero.
-#}
{% macro filled_with_zero(counts) -%}
    select
        all_series.series,
        places.category,
        places.period_type,
        places.period_start,
        places.period_end,
        case when {{ counts }}.series is null then 0 else {{ counts }}.value end as value,
        places.unit,
        coalesce({{ counts }}.value_status, 'final') as value_status,
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
            categories.category
        from {{ counts }} as periods
        cross join {{ counts }} as categories
    ) as places
    cross join (select distinct series from {{ counts }}) as all_series
    left join {{ counts }}
        on
            all_series.series = {{ counts }}.series
            and places.category = {{ counts }}.category
            and places.period_end = {{ counts }}.period_end
{%- endmacro %}
