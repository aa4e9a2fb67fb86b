{#-
    The rows of a block of the dashboard. `figures` is a CTE with one row for each row of the block:
        series, category                      a code, or the text itself
        period_type, period_start, period_end  all of one period type
        value, unit, value_status, source_kind, source, is_counted   as `counted_figure` or `published_figure` gives them
    `series_of` and `category_of` name the dimension of meta.categories whose labels and order the codes take; the code `all` becomes
    `Total`, after the others. Text is ordered as in `series_in_order` or `category_in_order`, else by the alphabet.
    `category_order` is a column of `figures` with the place of the category instead. Rows go by category and then by series, or with
    `series_first` the other way round. `latest_within` names the columns within which a row is the latest: a location that has its own day, for example.
    `rating` is a column of `figures` with a position in words, which the status then says.
-#}
{% macro dashboard_block(
    block,
    figures='figures',
    series_of=none,
    category_of=none,
    series_in_order=[],
    category_in_order=[],
    category_order=none,
    series_first=false,
    latest_within=[],
    rating=none
) -%}
{%- set order_of_category = [
    figures ~ '.' ~ category_order if category_order else place_of(figures, 'category', category_of, category_in_order),
    figures ~ '.category',
] -%}
{%- set order_of_series = [place_of(figures, 'series', series_of, series_in_order), figures ~ '.series'] -%}
select
    '{{ block }}' as block,
    case
        when {{ figures }}.period_end = max({{ figures }}.period_end) over ({{ partition_by(figures, latest_within) }}) then 'true'
        else 'false'
    end as is_latest,
    {{ name_of(figures, 'series', series_of) }} as series,
    {{ name_of(figures, 'category', category_of) }} as category,
    {{ figures }}.period_type,
    {{ figures }}.period_start,
    {{ figures }}.period_end,
    {{ figures }}.value,
    {{ figures }}.unit,
    {{ figures }}.value_status,
    {{ figures ~ '.' ~ rating if rating else 'cast(null as ' ~ dbt.type_string() ~ ')' }} as rating,
    {{ figures }}.source_kind,
    {{ figures }}.source,
    {{ figures }}.is_counted,
    cast(
        row_number() over (
            order by
                {{ figures }}.period_end,
                {{ (order_of_series + order_of_category if series_first else order_of_category + order_of_series) | join(',\n                ') }}
        ) as integer
    ) as row_order
from {{ figures }}
{%- if series_of %}
left join {{ ref('categories') }} as series_names
    on series_names.dimension = '{{ series_of }}' and {{ figures }}.series = series_names.code
{%- endif %}
{%- if category_of %}
left join {{ ref('categories') }} as category_names
    on category_names.dimension = '{{ category_of }}' and {{ figures }}.category = category_names.code
{%- endif %}
{%- endmacro %}

{#- Major version of the feed: that of its folder, `v1`. -#}
{% macro feed_contract_version() -%} 1 {%- endmacro %}

{#- The label of a code; null, which the contract refuses, if meta.categories does not have the code. -#}
{% macro name_of(figures, column, dimension) -%}
    {%- if dimension -%}
    case when {{ figures }}.{{ column }} = 'all' then 'Total' else {{ column }}_names.label end
    {%- else -%}
    {{ figures }}.{{ column }}
    {%- endif -%}
{%- endmacro %}

{#- The place of a code in the order of its dimension, or of a text in a list; those without one come after. -#}
{% macro place_of(figures, column, dimension, in_order) -%}
    {%- if dimension -%}
    case when {{ figures }}.{{ column }} = 'all' then 9999 else {{ column }}_names.sort_order end
    {%- elif in_order -%}
    case {{ figures }}.{{ column }}
        {%- for text in in_order %}
        when '{{ text }}' then {{ loop.index }}
        {%- endfor %}
        else 9999
    end
    {%- else -%}
    0
    {%- endif -%}
{%- endmacro %}

{% macro partition_by(figures, columns) -%}
    {%- if columns -%}
    partition by {% for column in columns %}{{ figures }}.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    {%- endif -%}
{%- endmacro %}

{#-
    The columns of `dashboard_block` for a measure of a mart. `base` is the column that a share is of: where it is zero, the share does
    not apply.
-#}
{% macro counted_figure(mart, measure, unit, base=none) -%}
    {{ mart }}.period_type,
    {{ mart }}.period_start,
    {{ mart }}.period_end,
    cast({{ mart }}.{{ measure }} as double) as value,
    '{{ unit }}' as unit,
    case
        {%- if base %}
        when {{ mart }}.{{ measure }} is null and {{ mart }}.{{ base }} = 0 then 'not_applicable'
        {%- endif %}
        when {{ mart }}.{{ measure }} is null then 'unavailable'
        else 'final'
    end as value_status,
    {{ mart }}.source_kind,
    {{ records_source(mart) }} as source,
    true as is_counted
{%- endmacro %}

{#- The same for the published figure that a mart holds beside its count. `releases` is the relation of meta.releases. -#}
{% macro published_figure(mart, unit, releases='releases') -%}
    {{ mart }}.period_type,
    {{ mart }}.period_start,
    {{ mart }}.period_end,
    {{ mart }}.published_value as value,
    '{{ unit }}' as unit,
    {{ mart }}.published_status as value_status,
    {{ mart }}.published_source_kind as source_kind,
    {{ release_source(releases ~ '.title', published_table(mart), mart ~ '.published_source_kind') }} as source,
    false as is_counted
{%- endmacro %}

{#- The same for a row of a table of the schema `published`. -#}
{% macro published_row(relation, releases='releases') -%}
    {{ relation }}.period_type,
    {{ relation }}.period_start,
    {{ relation }}.period_end,
    {{ relation }}.value,
    {{ relation }}.unit,
    {{ relation }}.value_status,
    {{ relation }}.source_kind,
    {{ release_source(releases ~ '.title', relation ~ '.table_number', relation ~ '.source_kind') }} as source,
    false as is_counted
{%- endmacro %}

{#- The number of the table that `published_source` of a mart names; '' for a release without tables. -#}
{% macro published_table(mart) -%}
    case
        when split_part({{ mart }}.published_source, ', ', 2) like 'Table %'
            then substr(split_part({{ mart }}.published_source, ', ', 2), 7)
        else ''
    end
{%- endmacro %}

{#- Which release `published_source` of a mart names: a condition to join meta.releases on. -#}
{% macro is_release_of(mart, releases='releases') -%}
    split_part({{ mart }}.published_source, ', ', 1) = {{ releases }}.publication || ' ' || {{ releases }}.release_id
{%- endmacro %}

{#- A published figure that says something: a value, or that the publisher suppressed it. Rebuilt workbooks mark what they lack unavailable. -#}
{% macro is_published(mart) -%}
    ({{ mart }}.published_value is not null or {{ mart }}.published_status in ('suppressed', 'not_applicable'))
{%- endmacro %}

{#- The last that many years before the extract. -#}
{% macro in_last_years(mart, years) -%}
    {{ mart }}.period_end > {{ plus_years(mart ~ '.extract_as_at', -years) }}
{%- endmacro %}
