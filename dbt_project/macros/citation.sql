{#-
    A figure as an answer to a question in Parliament gives it: what, when, and the cell it is published in. Every citation of the project
    is made by `citation`; the words are data (`meta.measure_wordings`, `meta.source_kinds`).
-#}

{#- 1012 as 1,012; 2.97 as 2.97. -#}
{% macro cited_number(value) -%}
    case
        when {{ value }} = floor({{ value }}) then {{ number_text(value, 0) }}
        else trim(trailing '0' from {{ number_text(value, 4) }})
    end
{%- endmacro %}

{#- The day, month or year of a day as text: 31, 3 or 2025. -#}
{% macro calendar_part(part, day) -%}
    cast(extract({{ part }} from {{ day }}) as {{ dbt.type_string() }})
{%- endmacro %}

{#- 31 March 2025. -#}
{% macro cited_day(day) -%}
    {{ calendar_part('day', day) }} || ' ' || {{ month_name(day) }} || ' ' || {{ calendar_part('year', day) }}
{%- endmacro %}

{#- 31 March 2025; October to December 2024; 2024; 2023/24; 1 January 2017 to 30 June 2017. -#}
{% macro cited_period(relation) -%}
    case {{ relation }}.period_type
        when 'as_at' then {{ cited_day(relation ~ '.period_end') }}
        when 'quarter'
            then
                {{ month_name(relation ~ '.period_start') }} || ' to ' || {{ month_name(relation ~ '.period_end') }}
                || ' ' || {{ calendar_part('year', relation ~ '.period_end') }}
        when 'calendar_year' then {{ calendar_part('year', relation ~ '.period_end') }}
        when 'financial_year'
            then
                {{ calendar_part('year', relation ~ '.period_start') }}
                || '/' || substr({{ calendar_part('year', relation ~ '.period_end') }}, 3)
        else {{ cited_day(relation ~ '.period_start') }} || ' to ' || {{ cited_day(relation ~ '.period_end') }}
    end
{%- endmacro %}

{#- about 600, or what takes the place of a number that is not given. -#}
{% macro cited_value(relation) -%}
    case
        when {{ relation }}.value is null
            then case {{ relation }}.value_status
                when 'suppressed' then 'Suppressed:'
                when 'not_applicable' then 'Not applicable:'
                else 'Not available:'
            end
        when {{ relation }}.qualifier = '' then {{ cited_number(relation ~ '.value') }}
        else {{ relation }}.qualifier || ' ' || {{ cited_number(relation ~ '.value') }}
    end
{%- endmacro %}

{#- Table 1.Q.14, prison-population-31-Mar-2025.ods, sheet Table_1_Q_14, cell G7. A text file is no workbook and has no sheet to name. -#}
{% macro cited_place(relation) -%}
    case when {{ relation }}.table_number = '' then '' else 'Table ' || {{ relation }}.table_number || ', ' end
    || {{ relation }}.source_file
    || case
        when {{ relation }}.source_sheet = '' or position({{ relation }}.source_sheet || '.' in {{ relation }}.source_file) = 1 then ''
        else ', sheet ' || {{ relation }}.source_sheet
    end
    || ', cell ' || {{ relation }}.source_cell
{%- endmacro %}

{#-
    1,012 unreleased IPP prisoners, 31 March 2025; Offender management statistics quarterly: October to December 2024, Table 1.Q.14,
    prison-population-31-Mar-2025.ods, sheet Table_1_Q_14, cell G7 (rebuilt workbook, not the official file)

    `relation` is the figure; `cited_as` what it counts, `release_title` and `kind` are expressions. `kind` is '' for the publisher's own
    file, which needs no warning.
-#}
{% macro citation(relation, cited_as, release_title, kind) -%}
    {{ cited_value(relation) }}
    || ' ' || {{ cited_as }}
    || case
        when {{ relation }}.breakdown = '' then ''
        else ' (' || replace(replace(replace({{ relation }}.breakdown, ';', ', '), '=', ' '), '_', ' ') || ')'
    end
    || case when {{ relation }}.value_status in ('provisional', 'revised') then ', ' || {{ relation }}.value_status else '' end
    || ', ' || {{ cited_period(relation) }}
    || '; ' || {{ release_title }}
    || ', ' || {{ cited_place(relation) }}
    || case when {{ kind }} = '' then '' else ' (' || {{ kind }} || ')' end
{%- endmacro %}
