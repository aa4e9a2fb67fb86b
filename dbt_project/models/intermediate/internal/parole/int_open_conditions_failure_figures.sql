with stays as (
    select
        person_key,
        started_on,
        ended_on,
        end_reason
    from {{ ref('int_open_conditions_stays') }}
),

returns as (
    select
        from_prison as prison_code,
        moved_on
    from {{ ref('stg_nomis_movements') }}
    where movement_reason = 'returned_to_closed_for_cause'
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year', 'financial_year')
),

returned as (
    {{ events_in_periods('returns', 'moved_on', ['prison_code']) }}
),

-- A move from one open prison to another ends no time in open conditions.
ends as (
    select
        ended_on,
        end_reason as reason
    from stays
    where end_reason <> 'open_conditions'
),

ended as (
    {{ events_in_periods('ends', 'ended_on', ['reason']) }}
),

-- Whoever is returned on the first day of a period was in open conditions on it: the person counts as the return does.
in_open_conditions as (
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

rates as (
    select
        in_open_conditions.period_type,
        in_open_conditions.period_start,
        in_open_conditions.period_end,
        in_open_conditions.people,
        coalesce(returns_in_period.returns, 0) as returns
    from in_open_conditions
    left join returns_in_period
        on
            in_open_conditions.period_type = returns_in_period.period_type
            and in_open_conditions.period_start = returns_in_period.period_start
            and in_open_conditions.period_end = returns_in_period.period_end
)

{{ figures_from_records('returned', 'open_conditions_failures', 'returns', [[], ['prison_code']]) }}
union all
{{ figures_from_records('ended', 'open_conditions_failures', 'stays', [['reason']], statistic='stays_ended') }}
union all
{{
    figures_from_records(
        'rates', 'open_conditions_failures', 'returns per 100 people', statistic='rate',
        value='100.0 * sum(returns) / sum(people)', numerator='sum(returns)', denominator='sum(people)'
    )
}}
