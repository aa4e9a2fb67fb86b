-- A licence ends once: what the log has of a later end ended nothing.
with terminations as (
    select
        person_key,
        sex,
        sentence_type,
        probation_region,
        termination_route,
        licence_ended_on
    from {{ ref('stg_ppud_termination_review') }}
    where licence_ended_on is not null
    qualify
        row_number() over (
            partition by person_key order by licence_ended_on, termination_route, termination_review_id
        ) = 1
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
    where period_type in ('month', 'quarter', 'calendar_year')
),

-- The timeline decides: an end recorded of somebody who had died is no termination. nDelius may have closed the
-- supervision on an earlier day, from which on the licence is over in the timeline: the end is the same.
ended as (
    select
        terminations.licence_ended_on,
        terminations.sex,
        terminations.sentence_type,
        terminations.probation_region
    from terminations
    inner join statuses
        on
            terminations.person_key = statuses.person_key
            and terminations.licence_ended_on >= statuses.started_on
            and (statuses.ended_on is null or terminations.licence_ended_on < statuses.ended_on)
    where
        terminations.termination_route = 'automatic'
        and statuses.status = 'licence_terminated'
),

ended_in_periods as (
    {{
        events_in_periods(
            'ended', 'licence_ended_on', ['sex', 'sentence_type', 'probation_region'],
            ['month', 'quarter', 'calendar_year'], printed_for='licence_terminations'
        )
    }}
),

-- Women on licence on the day before a period, and whether the licence was terminated within it, whatever came between:
-- a recall and another release may. Nobody's sentence is terminated twice.
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
        and periods.period_type in ('quarter', 'calendar_year')
)

{{
    figures_from_records(
        'ended_in_periods', 'automatic_licence_terminations', 'people',
        [[], ['sentence_type'], ['sex'], ['probation_region']]
    )
}}
union all
{{ shares_from_records('women', 'ipp_women_licences_terminated_share', 'is_terminated') }}
