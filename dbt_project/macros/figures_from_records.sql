{#-
    Figures counted from records, in the columns that every `int_<topic>_figures` has.

    `source` is a CTE or relation with period_type, period_start, period_end and the dimensions as columns, one row per thing counted.
    `by` lists what to break down by: [] for the total, ['sex'], ['sex', 'custody_status']; each list gives its own rows. A dimension
    without a value on a row counts as not_recorded: unknown. Where a dimension does not apply to a row, the model gives it the value
    not_applicable. `value`, `numerator` and
    `denominator` are aggregate expressions; the last two say what a share, rate or mean is based on.
-#}
{% macro figures_from_records(
    source, measure, unit, by=[[]], statistic='count', value='count(*)', numerator='null', denominator='null'
) -%}
    {%- for dimensions in by %}
    select
        '{{ measure }}' as measure,
        '{{ statistic }}' as statistic,
        {{ breakdown_of(dimensions) }} as breakdown,
        period_type,
        period_start,
        period_end,
        cast({{ value }} as double) as value,
        cast({{ numerator }} as bigint) as numerator,
        cast({{ denominator }} as bigint) as denominator,
        '{{ unit }}' as unit
    from {{ source }}
    group by
        period_type,
        period_start,
        period_end
        {%- for dimension in dimensions %},
        {{ dimension }}
        {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

{#- The breakdown of rows by these columns: '' for none, else key=value pairs sorted by key. -#}
{% macro breakdown_of(dimensions) -%}
    {%- if not dimensions -%} '' {%- else -%}
    concat_ws(
        ';'
        {%- for dimension in dimensions | sort %},
        '{{ dimension }}=' || coalesce(cast({{ dimension }} as varchar), 'not_recorded')
        {%- endfor %}
    )
    {%- endif -%}
{%- endmacro %}

{#- A mart of some measures counted from records, each dimension in a column of its own, `all` where a row is not broken down by it. -#}
{% macro internal_mart(measures, dimensions) -%}
select
    measure,
    statistic,
    period_type,
    period_start,
    period_end,
    {%- for dimension in dimensions %}
    {{ breakdown_value('breakdown', dimension) }} as {{ dimension }},
    {%- endfor %}
    value,
    numerator,
    denominator,
    unit,
    value_status,
    source_kind,
    extract_as_at
from {{ ref('internal_figures') }}
where measure in ('{{ measures | join("', '") }}')
{%- endmacro %}
