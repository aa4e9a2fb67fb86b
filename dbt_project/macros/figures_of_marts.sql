{#-
    Every figure of the marts in one long table: for readers who look for a figure by the name of its measure, and not by mart and column. What a
    column of a mart measures is declared in its YAML, under `config.meta.figures`: a list of
        measure, statistic, unit   the names of the figure
        numerator, denominator     columns of the counts that a share, rate or average is based on
        where                      which rows; all of them without it
        keys, also_called          instead of those of the mart, where they differ for this figure
        pairs                      pairs that the long breakdown has too, such as `event_type=deferral`: the column's name says them
        breakdown                  the long breakdown, where the name of the measure says what the row is broken down by
        without                    dimensions or further keys that the figure does not name: `where` keeps one member of them, or they add
                                   up, and the rows that are alike without them are added
    The further key columns of a mart are in its `config.meta.keys`; in the long table they are pairs of the breakdown. Its
    `config.meta.also_called` gives dimensions the name they have in the long table, where that is another.
-#}
{% macro figures_of_marts(marts) -%}
    {%- set parts = [] -%}
    {%- for mart in marts -%}
    {%- set relation = ref(mart) -%}
    {%- if execute -%}
    {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ mart] -%}
    {%- for name, column in node.columns.items() -%}
    {%- for figure in (column.config.meta.figures or []) -%}
    {%- set keys = figure.get('keys', node.config.meta.get('keys', [])) -%}
    {%- set also_called = figure.get('also_called', node.config.meta.get('also_called', {})) -%}
    {%- set added = 'sum' if figure.without else '' -%}
    {%- set breakdown -%}
    {%- if figure.breakdown is defined -%} '{{ figure.breakdown }}' {%- else -%}
    {{ long_breakdown(relation.identifier, keys, also_called, figure.pairs or [], figure.without or []) }}
    {%- endif -%}
    {%- endset -%}
    {%- set part -%}
    select
        '{{ figure.measure }}' as measure,
        '{{ figure.statistic }}' as statistic,
        {{ breakdown }} as breakdown,
        period_type,
        period_start,
        period_end,
        {{ added }}(cast({{ name }} as double)) as value,
        cast({{ added }}({{ figure.numerator or 'null' }}) as bigint) as numerator,
        cast({{ added }}({{ figure.denominator or 'null' }}) as bigint) as denominator,
        '{{ figure.unit }}' as unit
    from {{ relation }} as {{ relation.identifier }}
    where
        ({{ name }} is not null {%- if figure.denominator %} or {{ figure.denominator }} is not null{% endif %})
        {%- if figure.where %} and ({{ figure.where }}){% endif %}
    {%- if figure.without %}
    group by
        {{ breakdown }},
        period_type,
        period_start,
        period_end
    {%- endif %}
    {%- endset -%}
    {%- do parts.append(part) -%}
    {%- endfor -%}
    {%- endfor -%}
    {%- endif -%}
    {%- endfor -%}
    {{ in_one_part(parts | join('\nunion all\n')) if parts }}
{%- endmacro %}

{#-
    The breakdown of a mart's row with its further keys and `pairs`, `without` some: `key=value` pairs in the order of the alphabet, joined
    by `;`.
-#}
{% macro long_breakdown(relation, keys, also_called, pairs=[], without=[]) -%}
    {%- set keys = keys | reject('in', without) | list -%}
    {%- set text = namespace(sql=breakdown_as_published(relation)) -%}
    {%- for dimension, name in also_called.items() -%}
    {%- set text.sql = "substr(replace(';' || " ~ text.sql ~ ", ';" ~ dimension ~ "=', ';" ~ name ~ "='), 2)" -%}
    {%- endfor -%}
    {%- for dimension in without -%}
    {%- set text.sql = "trim(both ';' from regexp_replace(';' || " ~ text.sql ~ " || ';', ';" ~ dimension ~ "=[^;]*;', ';'))" -%}
    {%- endfor -%}
    {%- for key in keys -%}
    {%- set text.sql = text.sql ~ " || case when " ~ relation ~ "." ~ key ~ " <> 'all' then ';" ~ key ~ "=' || " ~ relation ~ "." ~ key ~ " else '' end" -%}
    {%- endfor -%}
    {%- for pair in pairs -%}
    {%- set text.sql = text.sql ~ " || ';" ~ pair ~ "'" -%}
    {%- endfor -%}
    {{ sorted_pairs(text.sql) if keys or pairs else text.sql }}
{%- endmacro %}
