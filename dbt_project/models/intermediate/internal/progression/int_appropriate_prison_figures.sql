{%- set dimensions = [
    [], ['custody_status'], ['delivery_unit'], ['prison_code'], ['priority_need'], ['rag'], ['sex']
] -%}

with exercises as (
    select
        person_key,
        exercise_on,
        sex,
        custody_status,
        prison_code,
        delivery_unit,
        priority_need,
        is_appropriate
    from {{ ref('stg_appropriate_prison_exercise') }}
),

ratings as (
    select
        person_key,
        exercise_on as rated_on,
        rating
    from {{ ref('stg_rag_exercise') }}
    where rating is not null
),

-- Each person with the newest rating by then.
assessed as (
    select
        'as_at' as period_type,
        exercises.exercise_on as period_start,
        exercises.exercise_on as period_end,
        exercises.sex,
        exercises.custody_status,
        exercises.prison_code,
        exercises.delivery_unit,
        exercises.priority_need,
        exercises.is_appropriate,
        coalesce(ratings.rating, 'not_rated') as rag
    from exercises
    asof left join ratings
        on
            exercises.person_key = ratings.person_key
            and exercises.exercise_on >= ratings.rated_on
)

{{
    figures_from_records(
        'assessed', 'in_appropriate_prison', 'people', dimensions,
        value='count(*) filter (where is_appropriate)'
    )
}}
union all
{{
    figures_from_records(
        'assessed', 'in_appropriate_prison', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where is_appropriate) / count(*)',
        numerator='count(*) filter (where is_appropriate)',
        denominator='count(*)'
    )
}}
