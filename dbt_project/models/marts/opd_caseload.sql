with activities as (
    select started_on
    from {{ source('records', 'opd_activity') }}
),

quarters as (
    {{ periods_of_log('activities', 'started_on', period_types=['quarter']) }}
),

people as (
    select
        people_by_stage.person_key,
        people_by_stage.stage,
        people_by_stage.probation_region,
        people_by_stage.sex,
        people_by_stage.location,
        people_by_stage.service_type,
        people_by_stage.due_on,
        people_by_stage.started_on,
        people_by_stage.ended_on,
        people_by_stage.goes_on,
        sentence_ends.ended_on as sentence_ended_on
    from {{ ref('int_opd_people_by_stage') }} as people_by_stage
    left join {{ ref('int_sentence_ends') }} as sentence_ends
        on people_by_stage.person_key = sentence_ends.person_key
),

-- Every person in every quarter, so that the mart shows a zero for a place where nothing happened.
in_quarter as (
    select
        quarters.period_type,
        quarters.period_start,
        quarters.period_end,
        people.stage,
        people.probation_region,
        people.sex,
        people.location,
        people.service_type,
        people.goes_on,
        coalesce(people.started_on between quarters.period_start and quarters.period_end, false) as has_started,
        coalesce(people.ended_on between quarters.period_start and quarters.period_end, false) as has_ended,
        -- The log has no row for a death or the end of a licence: without the last condition they would wait on.
        coalesce(
            people.started_on <= quarters.period_end
            and (people.ended_on is null or people.ended_on > quarters.period_end)
            and coalesce(people.sentence_ended_on > quarters.period_end, true),
            false
        ) as is_in_progress,
        coalesce(
            people.due_on <= quarters.period_end
            and (people.started_on is null or people.started_on > quarters.period_end)
            and coalesce(people.sentence_ended_on > quarters.period_end, true),
            false
        ) as is_waiting,
        case
            when people.started_on between quarters.period_start and quarters.period_end
                then {{ days_between('people.due_on', 'people.started_on') }}
        end as days_waited
    from people
    cross join quarters
),

formulations as (
    select
        person_key,
        min(ended_on) as formulated_on
    from people
    where
        stage = 'formulation'
        and goes_on
    group by person_key
),

-- Everybody screened in by the end of the quarter, and whether their formulation was complete by then.
screened_in as (
    select
        'formulation' as stage,
        quarters.period_type,
        quarters.period_start,
        quarters.period_end,
        people.probation_region,
        people.sex,
        coalesce(formulations.formulated_on <= quarters.period_end, false) as has_formulation
    from quarters
    inner join people on quarters.period_end >= people.ended_on
    left join formulations on people.person_key = formulations.person_key
    where
        people.stage = 'screening'
        and people.goes_on
)

{%- set ended_and_goes_on = count_where('has_ended and goes_on') %}
{%- set not_for_screening = "case when stage <> 'screening' then " %}

{{ counted([
    {
        'from': 'in_quarter',
        'by': [[], ['location'], ['probation_region'], ['sex']],
        'columns': {
            'started': count_where('has_started'),
            'ended': count_where('has_ended'),
            'completed': ended_and_goes_on,
            'left_pathway': count_where('has_ended and not goes_on'),
            'completed_percent': '100e0 * ' ~ ended_and_goes_on ~ ' / nullif(' ~ count_where('has_ended') ~ ', 0)',
            'in_progress': count_where('is_in_progress'),
            'waiting': not_for_screening ~ count_where('is_waiting') ~ ' end',
            'people_with_days_waited': not_for_screening ~ 'count(days_waited) end',
            'median_days_waited': not_for_screening ~ quantile('days_waited', 0.5) ~ ' end'
        }
    },
    {
        'from': 'in_quarter',
        'where': "stage = 'service' and is_in_progress",
        'by': [['service_type']],
        'columns': {'in_progress': 'count(*)'}
    },
    {
        'from': 'in_quarter',
        'where': "stage = 'service'",
        'columns': {'services': 'count(distinct case when is_in_progress then service_type end)'}
    },
    {
        'from': 'screened_in',
        'by': [[], ['probation_region'], ['sex']],
        'columns': {
            'screened_in_to_date': 'count(*)',
            'formulated_to_date': count_where('has_formulation'),
            'formulated_to_date_percent': percent_where('has_formulation')
        }
    },
], keys=['stage']) }}
