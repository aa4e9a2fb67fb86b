with referrals as (
    select
        person_key,
        programme,
        prison_code,
        referred_on,
        started_on,
        closed_on,
        case when outcome = 'completed' then closed_on end as completed_on
    from {{ source('records', 'accredited_programmes') }}
),

periods as (
    {{
        periods_of_log(
            'referrals', 'referred_on', period_types=['as_at', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
),

-- Each referral on up to three days: referred, started, completed.
events as (
    {% for event in ['referred', 'started', 'completed'] -%}
    select
        '{{ event }}' as event,
        person_key,
        prison_code,
        programme,
        {{ event }}_on as happened_on
    from referrals
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
        events.person_key,
        events.prison_code,
        events.programme
    from periods
    inner join events on events.happened_on between periods.period_start and periods.period_end
    where periods.period_type <> 'as_at'
),

waiting as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        referrals.person_key,
        referrals.prison_code,
        referrals.programme
    from periods
    inner join referrals
        on
            periods.period_end >= referrals.referred_on
            and periods.period_end < coalesce(referrals.started_on, referrals.closed_on, date '9999-12-31')
    where periods.period_type = 'as_at'
)

{%- set people_in_period = {
    'people_referred': "count(distinct person_key) filter (where event = 'referred')",
    'people_started': "count(distinct person_key) filter (where event = 'started')",
    'people_completed': "count(distinct person_key) filter (where event = 'completed')",
} %}
{%- set people_on_day = {'people_waiting': 'count(distinct person_key)'} %}

{{ counted([
    {'from': 'in_period', 'by': [[], ['programme']], 'columns': people_in_period},
    {'from': 'in_period', 'where': in_last_four_quarters(), 'by': [['prison_code']], 'columns': people_in_period},
    {'from': 'waiting', 'by': [[], ['programme']], 'columns': people_on_day},
    {'from': 'waiting', 'where': in_last_four_quarters(), 'by': [['prison_code']], 'columns': people_on_day},
]) }}
