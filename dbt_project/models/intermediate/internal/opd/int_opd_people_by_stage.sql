with activities as (
    select
        person_key,
        stage,
        region as probation_region,
        sex,
        location,
        service_type,
        started_on,
        completed_on as ended_on,
        -- Any other end (screened out, declined, withdrew) takes the person off the pathway.
        coalesce(outcome in ('screened_in', 'completed'), false) as goes_on
    from {{ source('records', 'opd_activity') }}
),

stages as (
    select
        stage,
        stage_order
    from {{ ref('opd_stages') }}
),

entered as (
    select
        activities.person_key,
        activities.probation_region,
        activities.sex,
        activities.location,
        activities.service_type,
        activities.started_on,
        activities.ended_on,
        activities.goes_on,
        stages.stage_order
    from activities
    inner join stages on activities.stage = stages.stage
),

due as (
    select
        person_key,
        probation_region,
        sex,
        location,
        ended_on as due_on,
        stage_order + 1 as stage_order
    from entered
    where goes_on
)

select
    stages.stage,
    stages.stage_order,
    coalesce(entered.person_key, due.person_key) as person_key,
    coalesce(entered.probation_region, due.probation_region) as probation_region,
    coalesce(entered.sex, due.sex) as sex,
    coalesce(entered.location, due.location) as location,
    entered.service_type,
    due.due_on,
    entered.started_on,
    entered.ended_on,
    coalesce(entered.goes_on, false) as goes_on
from entered
full outer join due
    on
        entered.person_key = due.person_key
        and entered.stage_order = due.stage_order
inner join stages on coalesce(entered.stage_order, due.stage_order) = stages.stage_order
