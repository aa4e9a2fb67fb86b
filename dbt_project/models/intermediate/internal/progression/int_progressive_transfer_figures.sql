{%- set dimensions = [[], ['from_prison'], ['to_prison']] -%}

with transfers as (
    select
        from_prison,
        to_prison,
        requested_on,
        escalated_on,
        transferred_on,
        date_diff('day', requested_on, transferred_on) as days_taken
    from {{ ref('stg_progressive_transfers') }}
),

-- Of transfers asked for before the first one was made, the log may hold only those that were still waited for then.
periods as (
    {{ periods_of_log('transfers', 'transferred_on') }}
),

-- Each of the three is counted in the period of its own day.
{% for statistic, on in [
    ('requested', 'requested_on'), ('escalated', 'escalated_on'), ('made', 'transferred_on')
] -%}
{{ statistic }} as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        transfers.from_prison,
        transfers.to_prison,
        transfers.days_taken
    from periods
    inner join transfers on transfers.{{ on }} between periods.period_start and periods.period_end
)
{%- if not loop.last %},

{% endif -%}
{% endfor %}

{% for statistic in ['requested', 'escalated', 'made'] -%}
{{ figures_from_records(statistic, 'progressive_transfers', 'transfers', dimensions, statistic=statistic) }}
union all
{% endfor -%}
{{
    figures_from_records(
        'made', 'progressive_transfers', 'days', dimensions,
        statistic='median', value='median(days_taken)', denominator='count(*)'
    )
}}
