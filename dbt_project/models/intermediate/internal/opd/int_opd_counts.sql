with sentence_ends as (
    select
        person_key,
        ended_on
    from {{ ref('int_sentence_ends') }}
),

people as (
    select
        people_by_stage.stage,
        people_by_stage.stage_order,
        people_by_stage.probation_region,
        people_by_stage.sex,
        people_by_stage.location,
        people_by_stage.due_on,
        people_by_stage.started_on,
        people_by_stage.ended_on,
        people_by_stage.goes_on,
        sentence_ends.ended_on as sentence_ended_on
    from {{ ref('int_opd_people_by_stage') }} as people_by_stage
    left join sentence_ends on people_by_stage.person_key = sentence_ends.person_key
),

quarters as (
    select
        quarter_start,
        quarter_end
    from {{ ref('int_opd_quarters') }}
),

-- Every person in every quarter, so that a place where nothing happened counts zero and is not left out.
in_quarter as (
    select
        quarters.quarter_start,
        quarters.quarter_end,
        people.stage,
        people.stage_order,
        people.probation_region,
        people.sex,
        people.location,
        coalesce(people.started_on between quarters.quarter_start and quarters.quarter_end, false) as has_started,
        coalesce(people.ended_on between quarters.quarter_start and quarters.quarter_end, false) as has_ended,
        people.goes_on,
        coalesce(
            people.started_on <= quarters.quarter_end
            and (people.ended_on is null or people.ended_on > quarters.quarter_end),
            false
        ) as is_in_progress,
        coalesce(
            people.due_on <= quarters.quarter_end
            and (people.started_on is null or people.started_on > quarters.quarter_end),
            false
        ) as is_waiting,
        -- The log has no row for a death or the end of a licence: without this its people would wait for ever.
        coalesce(people.sentence_ended_on > quarters.quarter_end, true) as is_serving,
        date_diff('day', people.due_on, people.started_on) as days_waited
    from people
    cross join quarters
)

select
    quarter_start,
    quarter_end,
    stage,
    stage_order,
    case
        when probation_region is not null then 'probation_region'
        when sex is not null then 'sex'
        when location is not null then 'location'
        else 'all'
    end as dimension,
    coalesce(probation_region, 'all') as probation_region,
    coalesce(sex, 'all') as sex,
    coalesce(location, 'all') as location,
    cast(count(*) filter (where has_started) as bigint) as started,
    cast(count(*) filter (where has_ended and goes_on) as bigint) as completed,
    cast(count(*) filter (where has_ended and not goes_on) as bigint) as left_pathway,
    cast(count(*) filter (where is_in_progress and is_serving) as bigint) as in_progress,
    cast(count(*) filter (where is_waiting and is_serving) as bigint) as waiting,
    cast(count(days_waited) filter (where has_started) as bigint) as people_with_days_waited,
    cast(median(days_waited) filter (where has_started) as double) as median_days_waited
from in_quarter
group by grouping sets (
    (quarter_start, quarter_end, stage, stage_order),
    (quarter_start, quarter_end, stage, stage_order, probation_region),
    (quarter_start, quarter_end, stage, stage_order, sex),
    (quarter_start, quarter_end, stage, stage_order, location)
)
