-- The unit of each prison and, for people in the community, of each probation region, as the newest exercise has them.
with exercises as (
    select
        exercise_on,
        coalesce(prison_code, probation_region) as place,
        delivery_unit
    from {{ source('records', 'rag_exercise') }}
    union all
    select
        exercise_on,
        prison_code as place,
        delivery_unit
    from {{ source('records', 'appropriate_prison_exercise') }}
    union all
    select
        as_at as exercise_on,
        prison_code as place,
        delivery_unit
    from {{ source('records', 'nomis_custody_snapshot') }}
)

select
    place,
    max_by(delivery_unit, exercise_on) as delivery_unit
from exercises
group by place
