{#-
    The members of each breakdown add up to the total of their period. `measures` are the columns that must; `unless` maps a breakdown that
    does not add up to the reason why not. Gives the periods that do not; a breakdown that a measure is not counted by is left out.
-#}
{% test adds_up(model, measures, keys=[], unless={}) %}
{%- set period = ['period_type', 'period_start', 'period_end'] + keys %}
with parts as (
    select
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        {{ period | join(',\n        ') }},
        breakdown
    from {{ model }}
    where
        not is_total
        and breakdown not in ('' {%- for breakdown in unless %}, '{{ breakdown }}'{% endfor %})
    group by
        {{ period | join(',\n        ') }},
        breakdown
),

totals as (
    select
        {{ period | join(',\n        ') }},
        {{ measures | join(',\n        ') }}
    from {{ model }}
    where is_total
)

{% for measure in measures -%}
select
    {% for column in period -%} parts.{{ column }}, {% endfor -%}
    parts.breakdown,
    '{{ measure }}' as measure,
    parts.{{ measure }} as parts,
    totals.{{ measure }} as total
from parts
left join totals
    on {% for column in period -%} parts.{{ column }} = totals.{{ column }}{{ ' and ' if not loop.last }} {%- endfor %}
where
    parts.{{ measure }} is not null
    and parts.{{ measure }} <> coalesce(totals.{{ measure }}, 0)
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
{% endtest %}
