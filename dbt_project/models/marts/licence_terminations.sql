-- A licence ends once: what the log has of a later end ended nothing.
with ends_in_order as (
    select
        person_key,
        sex,
        sentence_type,
        probation_region,
        termination_route,
        licence_ended_on,
        row_number() over (
            partition by person_key
            order by licence_ended_on, termination_route, termination_review_id
        ) as place_in_order
    from {{ source('records', 'ppud_termination_review') }}
    where licence_ended_on is not null
),

statuses as (
    select
        person_key,
        status,
        started_on,
        ended_on
    from {{ ref('int_person_statuses') }}
),

people as (
    select
        person_key,
        sex
    from {{ ref('int_people') }}
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year')
),

-- The timeline decides: an end recorded of somebody who had died is no termination. nDelius may have closed the
-- supervision on an earlier day, from which on the licence is over in the timeline: the end is the same.
ended as (
    select
        terminations.licence_ended_on,
        terminations.sex,
        terminations.sentence_type,
        terminations.probation_region
    from ends_in_order as terminations
    inner join statuses
        on
            terminations.person_key = statuses.person_key
            and terminations.licence_ended_on >= statuses.started_on
            and (statuses.ended_on is null or terminations.licence_ended_on < statuses.ended_on)
    where
        terminations.place_in_order = 1
        and terminations.termination_route = 'automatic'
        and statuses.status = 'licence_terminated'
),

ended_in_periods as (
    {{
        events_in_periods(
            'ended', 'licence_ended_on', ['sex', 'sentence_type', 'probation_region'], ['quarter', 'calendar_year'],
            published_for='licence_terminations'
        )
    }}
),

ended_in_months as (
    {{ events_in_periods('ended', 'licence_ended_on', [], ['month']) }}
),

-- Women on licence on the day before a period, and whether the licence was terminated within it, with anything between:
-- a recall and another release may. No sentence is terminated twice.
women as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        coalesce(following.started_on between periods.period_start and periods.period_end, false) as is_terminated
    from periods
    inner join statuses
        on
            periods.period_start > statuses.started_on
            and (statuses.ended_on is null or periods.period_start <= statuses.ended_on)
    inner join people on statuses.person_key = people.person_key
    left join statuses as following
        on
            statuses.person_key = following.person_key
            and following.status = 'licence_terminated'
    where
        statuses.status = 'on_licence'
        and people.sex = 'female'
),

counted as (
    {{ counted([
        {
            'from': 'ended_in_periods',
            'by': [[], ['sentence_type'], ['sex'], ['probation_region']],
            'columns': {'people': 'count(*)'}
        },
        {'from': 'ended_in_months', 'columns': {'people': 'count(*)'}},
        {
            'from': 'women',
            'columns': {
                'women_on_licence': 'count(*)',
                'women_terminated': count_where('is_terminated'),
                'women_terminated_percent': percent_where('is_terminated')
            }
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted', 'automatic_licence_terminations',
    ['people', 'women_on_licence', 'women_terminated', 'women_terminated_percent']
) }}
