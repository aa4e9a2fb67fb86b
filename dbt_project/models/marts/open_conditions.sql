with recommendations as (
    select
        reviews.concluded_on as recommended_on,
        reviews.secretary_of_state_decided_on as decided_on,
        {{ days_between('reviews.concluded_on', 'reviews.secretary_of_state_decided_on') }} as days_to_decide,
        people.sex,
        coalesce(reviews.secretary_of_state_decision, 'not_decided') as decision
    from {{ source('records', 'ppud_review') }} as reviews
    inner join {{ ref('int_people') }} as people on reviews.person_key = people.person_key
    where reviews.outcome = 'recommend_open'
),

recommended as (
    {{ events_in_periods('recommendations', 'recommended_on', ['sex', 'decision']) }}
),

recommended_in_months as (
    {{ events_in_periods('recommendations', 'recommended_on', [], ['month']) }}
),

decided as (
    {{ events_in_periods('recommendations', 'decided_on', ['sex', 'decision', 'days_to_decide']) }}
),

decided_in_months as (
    {{ events_in_periods('recommendations', 'decided_on', ['decision', 'days_to_decide'], ['month']) }}
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year', 'financial_year')
),

stays as (
    select
        person_key,
        started_on,
        ended_on,
        end_reason
    from {{ ref('int_open_conditions_stays') }}
),

-- A move from one open prison to another does not end the time in open conditions.
ends as (
    select
        ended_on,
        end_reason
    from stays
    where end_reason <> 'open_conditions'
),

ended as (
    {{ events_in_periods('ends', 'ended_on', ['end_reason']) }}
),

returns as (
    select
        from_prison as prison_code,
        moved_on
    from {{ source('records', 'nomis_movements') }}
    where movement_reason = 'returned_to_closed_for_cause'
),

returned as (
    {{ events_in_periods('returns', 'moved_on', ['prison_code']) }}
),

returned_of_the_last_year as (
    select
        returned.period_type,
        returned.period_start,
        returned.period_end,
        returned.prison_code
    from returned
    cross join {{ ref('int_extract') }} as extracts
    where returned.period_end > {{ plus_years('extracts.extract_as_at', -1) }}
),

returns_in_period as (
    select
        period_type,
        period_start,
        period_end,
        count(*) as returns
    from returned
    group by
        period_type,
        period_start,
        period_end
),

-- A person returned on the first day of a period was in open conditions on that day, so the base has the person.
people_in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        count(distinct stays.person_key) as people
    from periods
    inner join stays
        on
            periods.period_end >= stays.started_on
            and coalesce(periods.period_start <= stays.ended_on, true)
    group by
        periods.period_type,
        periods.period_start,
        periods.period_end
),

-- A period without a return, or with no one in open conditions, has a zero.
rates as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        coalesce(people_in_period.people, 0) as people,
        coalesce(returns_in_period.returns, 0) as returns
    from periods
    left join people_in_period
        on
            periods.period_type = people_in_period.period_type
            and periods.period_start = people_in_period.period_start
            and periods.period_end = people_in_period.period_end
    left join returns_in_period
        on
            periods.period_type = returns_in_period.period_type
            and periods.period_start = returns_in_period.period_start
            and periods.period_end = returns_in_period.period_end
)

{% set accepted = {
    'accepted': count_where("decision = 'accepted'"),
    'accepted_percent': percent_where("decision = 'accepted'")
} -%}
{%- set median_days = {'median_days_to_decide': quantile('days_to_decide', 0.5)} -%}

{{ counted([
    {'from': 'recommended', 'by': [[], ['sex'], ['decision']], 'columns': {'recommended': 'count(*)'}},
    {'from': 'recommended_in_months', 'columns': {'recommended': 'count(*)'}},
    {'from': 'decided', 'by': [[], ['sex'], ['decision']], 'columns': {'decided': 'count(*)'}},
    {'from': 'decided_in_months', 'columns': {'decided': 'count(*)'}},
    {'from': 'decided', 'by': [[], ['sex']], 'columns': accepted},
    {'from': 'decided_in_months', 'columns': accepted},
    {'from': 'decided', 'by': [[], ['decision']], 'columns': median_days},
    {'from': 'decided_in_months', 'columns': median_days},
    {
        'from': 'rates',
        'columns': {
            'people_in_open_conditions': 'sum(people)',
            'returns_to_closed': 'sum(returns)',
            'return_rate_per_100_people': '100e0 * sum(returns) / nullif(sum(people), 0)'
        }
    },
    {'from': 'returned_of_the_last_year', 'by': [['prison_code']], 'columns': {'returns_to_closed': 'count(*)'}},
    {'from': 'ended', 'by': [[], ['end_reason']], 'columns': {'stays_ended': 'count(*)'}},
]) }}
