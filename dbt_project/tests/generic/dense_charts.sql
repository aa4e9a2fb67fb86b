{#-
    A chart has a number of every series wherever it has one of any: the platform would else draw the next series' number in its place.
    Gives the periods and categories of the blocks of charts that lack a series, or a number.
-#}
{% test dense_charts(model, blocks) %}
with chart_rows as (
    select
        block,
        ts,
        category,
        series,
        value
    from {{ model }}
    where block in ('{{ blocks | join("', '") }}')
),

series_of_blocks as (
    select
        block,
        count(distinct series) as number_of_series
    from chart_rows
    group by block
)

select
    chart_rows.block,
    chart_rows.ts,
    chart_rows.category,
    count(chart_rows.value) as numbers,
    max(series_of_blocks.number_of_series) as number_of_series
from chart_rows
inner join series_of_blocks on chart_rows.block = series_of_blocks.block
group by
    chart_rows.block,
    chart_rows.ts,
    chart_rows.category
having count(chart_rows.value) <> max(series_of_blocks.number_of_series)
{% endtest %}
