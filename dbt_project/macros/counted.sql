{#-
    The rows of a mart: what is counted of records, one row for each period and member of each breakdown, one column for each measure.

    `measures` lists what is counted. Each entry has
        from      the CTE or relation to count: one row for each person or event, with period_type, period_start, period_end, the columns
                  of `keys`, and the dimensions it is broken down by
        by        the breakdowns: [] is the total, ['sex'] one dimension, ['cohort', 'rag'] two, in the order of the alphabet
        columns   the columns of the mart by name, each with the expression that counts it
        where     which rows to count; all of them without it
        set       the value of a further key for all rows of the entry: {'stage': 'decided'}
    A column may be in several entries that differ in breakdown or kind of period.

    `keys` are further columns that tell rows apart, such as the stage of a pathway; every source has them, or its entry sets them.

    A dimension that is empty on a record is counted as `not_recorded`. Codes of the records become those that publications use, by the
    seed `published_codes`. `number` columns are whole numbers; a name that says mean, median, percent, quartile, limit or rate is a decimal.
-#}
{% macro counted(measures, keys=[]) -%}
    {%- set period = ['period_type', 'period_start', 'period_end'] -%}
    {%- set names = [] -%}
    {%- for measure in measures -%}
    {%- for name in measure.columns -%}
    {%- if name not in names -%}{%- do names.append(name) -%}{%- endif -%}
    {%- endfor -%}
    {%- endfor -%}
    select
        counts.period_type,
        counts.period_start,
        counts.period_end,
        counts.breakdown,
        coalesce(codes.published_code, counts.category) as category,
        coalesce(codes_2.published_code, counts.category_2) as category_2,
        counts.breakdown = 'total' as is_total,
        {%- for key in keys %}
        counts.{{ key }},
        {%- endfor %}
        {%- for name in names %}
        max(counts.{{ name }}) as {{ name }},
        {%- endfor %}
        max(extracts.source_kind) as source_kind,
        max(extracts.extract_as_at) as extract_as_at
    from (
        {%- for measure in measures %}
        {{ counted_once(measure, keys, names) | indent(8) }}
        {%- if not loop.last %}
        union all
        {%- endif %}
        {%- endfor %}
    ) as counts
    cross join {{ ref('int_extract') }} as extracts
    left join {{ ref('published_codes') }} as codes
        on counts.dimension = codes.dimension and counts.category = codes.code_of_records
    left join {{ ref('published_codes') }} as codes_2
        on counts.dimension_2 = codes_2.dimension and counts.category_2 = codes_2.code_of_records
    group by
        counts.period_type,
        counts.period_start,
        counts.period_end,
        counts.breakdown,
        coalesce(codes.published_code, counts.category),
        coalesce(codes_2.published_code, counts.category_2)
        {%- for key in keys %},
        counts.{{ key }}
        {%- endfor %}
{%- endmacro %}

{#- What one entry of `counted` gives: its own columns, and every other column of the mart empty. -#}
{% macro counted_once(measure, keys, names) -%}
    {%- set by = measure.by if measure.by is defined else [[]] -%}
    {%- set constants = measure.set if measure.set is defined else {} -%}
    {%- set dimensions = [] -%}
    {%- for breakdown in by -%}
    {%- for dimension in breakdown -%}
    {%- if dimension not in dimensions -%}{%- do dimensions.append(dimension) -%}{%- endif -%}
    {%- endfor -%}
    {%- endfor -%}
    select
        period_type,
        period_start,
        period_end,
        {%- for key in keys %}
        {% if key in constants %}'{{ constants[key] }}' as {% endif %}{{ key }},
        {%- endfor %}
        {{ of_the_breakdown(by, 'name') }} as breakdown,
        {{ of_the_breakdown(by, 'dimension') }} as dimension,
        {{ of_the_breakdown(by, 'dimension_2') }} as dimension_2,
        {{ of_the_breakdown(by, 'category') }} as category,
        {{ of_the_breakdown(by, 'category_2') }} as category_2
        {%- for name in names %},
        cast({{ measure.columns[name] if name in measure.columns else 'null' }} as {{ type_of_measure(name) }}) as {{ name }}
        {%- endfor %}
    from {{ measure.from }}
    {%- if measure.where is defined %}
    where {{ measure.where }}
    {%- endif %}
    group by
        grouping sets (
            {%- for breakdown in by %}
            ({{ (['period_type', 'period_start', 'period_end'] + (keys | reject('in', constants) | list) + breakdown) | join(', ') }}){{ ',' if not loop.last }}
            {%- endfor %}
        )
{%- endmacro %}

{#- A `case` over the grouping sets: the name of the breakdown of a row, one of its dimensions, or one of its members. -#}
{% macro of_the_breakdown(by, what) -%}
    {%- set broken_down = by | reject('equalto', []) | list -%}
    {%- set otherwise = {'name': "'total'", 'dimension': "''", 'dimension_2': "''", 'category': "'all'", 'category_2': "'all'"}[what] -%}
    {%- if not broken_down -%} {{ otherwise }} {%- else -%}
    case
        {%- for breakdown in (broken_down | selectattr(1, 'defined') | list) + (broken_down | rejectattr(1, 'defined') | list) %}
        when {% for dimension in breakdown %}grouping({{ dimension }}) = 0{{ ' and ' if not loop.last }}{% endfor %} then
            {%- if what == 'name' %} '{{ breakdown | join('_by_') }}'
            {%- elif what == 'dimension' %} '{{ breakdown[0] }}'
            {%- elif what == 'dimension_2' %} '{{ breakdown[1] if breakdown | length > 1 else '' }}'
            {%- elif what == 'category' %} {{ member(breakdown[0]) }}
            {%- elif breakdown | length > 1 %} {{ member(breakdown[1]) }}
            {%- else %} 'all'
            {%- endif %}
        {%- endfor %}
        else {{ otherwise }}
    end
    {%- endif -%}
{%- endmacro %}

{% macro member(dimension) -%} coalesce(cast({{ dimension }} as {{ dbt.type_string() }}), 'not_recorded') {%- endmacro %}

{% macro type_of_measure(name) -%}
    {%- set decimals = ['mean_', 'median_', '_percent', 'quartile', '_limit', '_rate', 'rate_'] -%}
    {%- set found = namespace(decimal=false) -%}
    {%- for part in decimals -%}
    {%- if part in '_' ~ name ~ '_' -%}{%- set found.decimal = true -%}{%- endif -%}
    {%- endfor -%}
    {{ 'double' if found.decimal else 'bigint' }}
{%- endmacro %}

{#- A condition for `where`: quarters and days that ended in the twelve months before the extract. Prisons and delivery units have no older figures. -#}
{% macro in_last_four_quarters() -%}
    period_type in ('as_at', 'quarter')
    and period_end > (select {{ plus_months('extract_as_at', -12) }} from {{ ref('int_extract') }})
{%- endmacro %}

{#-
    The share of rows that a condition holds of, in per cent; a condition without an answer does not hold. 100e0 is a double: engines
    divide the decimal 100.0 each to different decimals.
-#}
{% macro percent_where(condition) -%} 100e0 * count(*) filter (where {{ condition }}) / count(*) {%- endmacro %}
{% macro count_where(condition) -%} count(*) filter (where {{ condition }}) {%- endmacro %}

{#-
    The rows of a mart with the published figure of the same period and members beside the count: the latest one, and where it is published.
    `relation` holds what `counted` gives. `columns` are the mart's own, in order, and `keys` its further keys. `measure` names the
    published measure. A mart that counts several gives a list instead; the first entry that holds of a row decides:
        measure     the published measure
        where       of which rows; all of them without it
        breakdown   the breakdown of the published figure, where it is not that of the row
    If `measure` is none, the column `published_measure` of `relation` names it.
-#}
{% macro with_published(relation, measure, columns, keys=[]) -%}
{%- set entries = [{'measure': measure}] if measure is string else (measure or []) -%}
select
    {{ relation }}.period_type,
    {{ relation }}.period_start,
    {{ relation }}.period_end,
    {{ relation }}.breakdown,
    {{ relation }}.category,
    {{ relation }}.category_2,
    {{ relation }}.is_total,
    {%- for column in keys + columns %}
    {{ relation }}.{{ column }},
    {%- endfor %}
    published.value as published_value,
    published.value_status as published_status,
    published.publication || ' ' || published.release_id || ', ' || {{ cited_place('published') }} as published_source,
    published.source_kind as published_source_kind,
    {{ relation }}.source_kind,
    {{ relation }}.extract_as_at
from {{ relation }}
left join {{ ref('published_figures') }} as published
    on
        published.is_latest
        and published.measure = {{ of_the_entry(entries, 'measure', 'null') if entries else relation ~ '.published_measure' }}
        and {{ relation }}.period_type = published.period_type
        and {{ relation }}.period_start = published.period_start
        and {{ relation }}.period_end = published.period_end
        and {{ of_the_entry(entries, 'breakdown', breakdown_as_published(relation)) }} = published.breakdown
{%- endmacro %}

{#- What the first entry of `with_published` that holds of a row says of `what`; `otherwise` where it says nothing. -#}
{% macro of_the_entry(entries, what, otherwise) -%}
    {%- if entries | selectattr(what, 'defined') | list == [] -%} {{ otherwise }}
    {%- elif entries | length == 1 and entries[0].where is not defined -%} '{{ entries[0][what] }}'
    {%- else -%}
    case
        {%- for entry in entries %}
        when {{ entry.where or 'true' }} then {% if entry[what] is defined %}'{{ entry[what] }}'{% else %}{{ otherwise }}{% endif %}
        {%- endfor %}
        else {{ otherwise }}
    end
    {%- endif -%}
{%- endmacro %}

{#- A row's breakdown as publications are read: '' for the total, else `key=value` pairs joined by `;`. -#}
{% macro breakdown_as_published(relation) -%}
    case
        when {{ relation }}.is_total then ''
        when {{ relation }}.category_2 = 'all' then {{ relation }}.breakdown || '=' || {{ relation }}.category
        else
            split_part({{ relation }}.breakdown, '_by_', 1) || '=' || {{ relation }}.category || ';'
            || split_part({{ relation }}.breakdown, '_by_', 2) || '=' || {{ relation }}.category_2
    end
{%- endmacro %}
