{#-
    The order of the vintages of one figure, the latest first or, for a history, last. The newest release wins. Of one day, the publisher's own
    file comes before our rebuilding of it, and a re-issue before what it re-issues. In a rebuilt workbook [x] means that we hold no cited
    figure. The publisher did not mark it unavailable, so it is the last resort. The checks on landed figures use the same order
    (quality/tables.py).
-#}
{% macro vintage_order(latest_first=true) -%}
    {%- set keys = [
        ("case when source_kind = 'rebuilt' and value_status = 'unavailable' then 1 else 0 end", 'asc'),
        ('published_on', 'desc'),
        ("case source_kind when 'official' then 1 when 'rebuilt' then 2 else 3 end", 'asc'),
        ('authority', 'asc'),
        ('publication', 'asc'),
        ('release_id', 'desc'),
        ('table_number', 'asc'),
        ('source_file', 'asc'),
        ('source_sheet', 'asc'),
        ('source_cell', 'asc'),
    ] -%}
    {#- From the table's number on nothing is decided between releases; it keeps the choice the same on every run. -#}
    {%- set other_way = {'asc': 'desc', 'desc': 'asc'} -%}
    {%- for key, direction in keys -%}
    {{ key }} {{ direction if latest_first else other_way[direction] }}{{ ', ' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{#- Whether a row is the latest vintage of its measure, breakdown and period, among the rows at hand. -#}
{% macro is_latest_vintage() -%}
    row_number() over (
        partition by measure, breakdown, period_type, period_start, period_end
        order by {{ vintage_order() }}
    ) = 1
{%- endmacro %}

{#-
    A table function for analysts: every figure as it was at the end of a publication day, `is_latest` as of that day. A release counts
    from the day by which it was surely public.
-#}
{% macro create_figures_as_of() -%}
    {%- if execute and flags.WHICH in ('build', 'run') -%}
    create or replace macro marts.figures_as_of(day) as table
    select
        * exclude (is_latest),
        {{ is_latest_vintage() }} as is_latest
    from published.figures
    where
        (publication, release_id) in (
            select
                publication,
                release_id
            from meta.releases
            where known_on <= cast(day as date)
        )
    {%- endif -%}
{%- endmacro %}
