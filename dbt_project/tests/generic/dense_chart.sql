{#-
    A chart has a number of every series wherever it has one of any: the platform would else draw the next series' number in its place.
    Gives the periods and categories that lack a series, or a number.
-#}
{% test dense_chart(model) %}
select
    ts,
    category,
    count(value) as numbers,
    (select count(distinct series) from {{ model }}) as series
from {{ model }}
group by
    ts,
    category
having count(value) <> (select count(distinct series) from {{ model }})
{% endtest %}
