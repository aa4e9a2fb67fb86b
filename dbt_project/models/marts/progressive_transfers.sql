with transfers as (
    select
        from_prison,
        to_prison,
        requested_on,
        escalated_on,
        transferred_on,
        {{ days_between('requested_on', 'transferred_on') }} as days_taken
    from {{ source('records', 'progressive_transfers') }}
),

-- Of transfers requested before the first one was made, the log may hold only those that were still open then.
periods as (
    {{ periods_of_log('transfers', 'transferred_on') }}
),

-- Each transfer on up to three days: requested, escalated, made.
events as (
    {% for event, day in [('requested', 'requested_on'), ('escalated', 'escalated_on'), ('made', 'transferred_on')] -%}
    select
        '{{ event }}' as event,
        from_prison,
        to_prison,
        days_taken,
        {{ day }} as happened_on
    from transfers
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        events.event,
        events.from_prison,
        events.to_prison,
        events.days_taken
    from periods
    inner join events on events.happened_on between periods.period_start and periods.period_end
)

{%- set columns = {
    'transfers_requested': count_where("event = 'requested'"),
    'transfers_escalated': count_where("event = 'escalated'"),
    'transfers_made': count_where("event = 'made'"),
    'median_days_taken': quantile("case when event = 'made' then days_taken end", 0.5),
} %}

{{ counted([
    {'from': 'in_period', 'columns': columns},
    {
        'from': 'in_period',
        'where': in_last_four_quarters(),
        'by': [['from_prison'], ['to_prison']],
        'columns': columns
    },
]) }}
