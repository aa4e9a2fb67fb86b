{#-
    The rules of the rows of the dashboard that the platform does not check itself: text is trimmed and no code, the text of a value says
    the value, a symbol has no value, a percentage is between 0 and 100, the periods of a block are of one type and end on their day, and
    the two rows of the block `edge` are first and last; they alone have no day.
    Gives the rows and blocks that break one, with the rule.
-#}
{% test dashboard_texts(model) %}
with periods as (
    select
        block,
        ts,
        period,
        case
            when regexp_matches(period, '^[0-9]{1,2} [A-Z][a-z]+ [0-9]{4}$') then 'as_at'
            when regexp_matches(period, '^[A-Z][a-z]{2} to [A-Z][a-z]{2} [0-9]{4}$') then 'quarter'
            when regexp_matches(period, '^[A-Z][a-z]+ [0-9]{4}$') then 'month'
            when regexp_matches(period, '^[0-9]{4}$') then 'calendar_year'
            when regexp_matches(period, '^[0-9]{4}/[0-9]{2}$') then 'financial_year'
            when regexp_matches(period, '^[0-9]{1,2} [A-Z][a-z]+ [0-9]{4} to [0-9]{1,2} [A-Z][a-z]+ [0-9]{4}$')
                then 'period'
        end as period_type
    from {{ model }}
    where block <> 'edge'
),

places as (
    select
        block,
        series,
        ts,
        row_order in (min(row_order) over (), max(row_order) over ()) as is_first_or_last
    from {{ model }}
)

select
    block,
    'a text is blank, has spaces around it, or is a code' as rule,
    series || ' | ' || category || ' | ' || period as found
from {{ model }}
where
    trim(series) <> series
    or trim(category) <> category
    or series = ''
    or category = ''
    or regexp_matches(series || category || status_text, '_|=')
    or length(series) > 120
    or length(category) > 120
union all
select
    block,
    'value and value_text do not agree' as rule,
    coalesce(cast(value as varchar), 'no value') || ' | ' || value_text as found
from {{ model }}
where
    (value is null) <> (value_text in ('[c]', '[x]', '[z]'))
    or (
        value is not null
        and (
            not regexp_matches(value_text, '^-?[0-9]{1,3}(,[0-9]{3})*([.][0-9]+)?%?$')
            or cast(replace(replace(value_text, ',', ''), '%', '') as double) <> value
        )
    )
union all
select
    block,
    'a percentage is not between 0 and 100' as rule,
    value_text as found
from {{ model }}
where
    value_text like '%\%' escape '\'
    and not value between 0 and 100
union all
select
    block,
    'is_latest is not true or false, or the class is unknown' as rule,
    is_latest || ' | ' || classification as found
from {{ model }}
where
    is_latest not in ('true', 'false')
    or classification not in ('official', 'rebuilt', 'internal', 'synthetic')
union all
select
    block,
    'the periods of the block are not of one type' as rule,
    min(coalesce(period_type, period)) || ' | ' || max(coalesce(period_type, period)) as found
from periods
group by block
having
    count(distinct period_type) <> 1
    or count(period_type) <> count(*)
union all
select
    block,
    'ts is not the last day of the period' as rule,
    cast(ts as varchar) || ' | ' || period as found
from periods
where
    case period_type
        when 'calendar_year' then ts <> cast(period || '-12-31' as date)
        when 'financial_year' then ts <> cast('20' || substr(period, 6, 2) || '-03-31' as date)
        when 'quarter' then extract(month from ts) not in (3, 6, 9, 12) or ts <> {{ dbt.last_day('ts', 'month') }}
        when 'month' then ts <> {{ dbt.last_day('ts', 'month') }}
        else false
    end
union all
select
    block,
    'no row is the latest' as rule,
    block as found
from {{ model }}
where block <> 'edge'
group by block
having count(*) filter (where is_latest = 'true') = 0
union all
select
    block,
    'the first and last row, and no other, are without a day' as rule,
    series as found
from places
where
    (ts is null) <> is_first_or_last
    or (block = 'edge') <> is_first_or_last
{% endtest %}
