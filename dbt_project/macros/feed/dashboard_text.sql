{#- How the dashboard writes days, periods, values and statuses. Plain functions only, so that they run on Spark and Trino too. -#}

{#- Jan; Feb. -#}
{% macro short_month(day) -%}
    split_part('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec', ' ', cast(extract(month from {{ day }}) as integer))
{%- endmacro %}

{#- March 2025. -#}
{% macro month_text(day) -%}
    split_part(
        'January February March April May June July August September October November December',
        ' ',
        cast(extract(month from {{ day }}) as integer)
    )
    || ' ' || {{ year_text(day) }}
{%- endmacro %}

{% macro year_text(day) -%} cast(extract(year from {{ day }}) as {{ dbt.type_string() }}) {%- endmacro %}

{#- 31 March 2025. -#}
{% macro day_text(day) -%}
    cast(extract(day from {{ day }}) as {{ dbt.type_string() }})
    || ' '
    || {{ month_text(day) }}
{%- endmacro %}

{#- 31 March 2025; Jan to Mar 2025; March 2025; 2024; 2024/25; 1 March 2019 to 29 February 2024. -#}
{% macro period_text(relation) -%}
    case {{ relation }}.period_type
        when 'as_at' then {{ day_text(relation ~ '.period_end') }}
        when 'month' then {{ month_text(relation ~ '.period_end') }}
        when 'quarter'
            then
                {{ short_month(relation ~ '.period_start') }}
                || ' to ' || {{ short_month(relation ~ '.period_end') }}
                || ' ' || {{ year_text(relation ~ '.period_end') }}
        when 'calendar_year' then {{ year_text(relation ~ '.period_end') }}
        when 'financial_year'
            then
                {{ year_text(relation ~ '.period_start') }}
                || '/'
                || substr({{ year_text(relation ~ '.period_end') }}, 3, 2)
        else
            {{ day_text(relation ~ '.period_start') }}
            || ' to '
            || {{ day_text(relation ~ '.period_end') }}
    end
{%- endmacro %}

{#- Units that keep one decimal when we count. Counts, days and whole per cents have none. -#}
{% macro has_decimal(unit) -%}
    ({{ unit }} in ('points', 'months', 'weeks', 'years') or {{ unit }} like 'percent%' or {{ unit }} like '%per %')
{%- endmacro %}

{#- A counted value rounded as its text is, so that chart and table agree; a published value as the publisher gave it. -#}
{% macro rounded_value(relation) -%}
    case
        when not {{ relation }}.is_counted then {{ relation }}.value
        when {{ has_decimal(relation ~ '.unit') }} then round({{ relation }}.value, 1)
        else round({{ relation }}.value, 0)
    end
{%- endmacro %}

{#- 1,012; 0; 83.9%; [c] suppressed; [x] not available; [z] not applicable. A published value has the decimals that it was given with. -#}
{% macro value_text(relation) -%}
    case
        when {{ relation }}.value_status = 'suppressed' then '[c]'
        when {{ relation }}.value_status = 'not_applicable' then '[z]'
        when {{ relation }}.value is null then '[x]'
        when {{ relation }}.is_counted and {{ has_decimal(relation ~ '.unit') }}
            then {{ number_text('round(' ~ relation ~ '.value, 1)', 1) }}
        when {{ relation }}.is_counted or {{ relation }}.value = round({{ relation }}.value, 0)
            then {{ number_text('round(' ~ relation ~ '.value, 0)', 0) }}
        when {{ relation }}.value = round({{ relation }}.value, 1) then {{ number_text(relation ~ '.value', 1) }}
        else {{ number_text(relation ~ '.value', 2) }}
    end
    || case
        when
            {{ relation }}.value is not null
            and ({{ relation }}.unit like 'percent%' or {{ relation }}.unit = 'whole percent')
            then '%'
        else ''
    end
{%- endmacro %}

{#- final; provisional; suppressed; not available; synthetic. A synthetic figure says so before anything else. -#}
{% macro status_text(relation) -%}
    case
        when {{ relation }}.value_status = 'suppressed' then 'suppressed'
        when {{ relation }}.value_status = 'not_applicable' then 'not applicable'
        when {{ relation }}.value is null then 'not available'
        when {{ relation }}.source_kind in ('synthetic', 'synthetic_scaled') then 'synthetic'
        when {{ relation }}.value_status = 'nil' then 'final'
        else {{ relation }}.value_status
    end
{%- endmacro %}

{#-
    `official` for the publisher's own file, `synthetic` for synthetic people, `internal` for counts of records. Every other copy of a
    published figure is `rebuilt`: our workbook in the published layout, what we transcribed from an answer or report, and what we worked
    out from published figures.
-#}
{% macro classification(relation, is_counted) -%}
    case
        when {{ relation }}.source_kind in ('synthetic', 'synthetic_scaled') then 'synthetic'
        when {{ is_counted }} then 'internal'
        when {{ relation }}.source_kind = 'official' then 'official'
        else 'rebuilt'
    end
{%- endmacro %}

{#- Records of 31 March 2025 (synthetic cohort); `No records` before the first extract. -#}
{% macro records_source(relation) -%}
    case
        when {{ relation }}.extract_as_at is null then 'No records'
        else 'Records of ' || {{ day_text(relation ~ '.extract_as_at') }}
    end
    || case
        when {{ relation }}.source_kind in ('synthetic', 'synthetic_scaled') then ' (synthetic cohort)'
        else ''
    end
{%- endmacro %}

{#- Offender management statistics quarterly: October to December 2024, Table 1.Q.14 (rebuilt workbook). -#}
{% macro release_source(title, table_number, source_kind) -%}
    {{ title }}
    || case when {{ table_number }} = '' then '' else ', Table ' || {{ table_number }} end
    || case {{ source_kind }}
        when 'rebuilt' then ' (rebuilt workbook)'
        when 'transcribed' then ' (transcribed)'
        else ''
    end
{%- endmacro %}
