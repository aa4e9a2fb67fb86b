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
    from {{ source('records', 'appropriate_prison_exercise') }}
),

ratings as (
    select
        person_key,
        rating,
        exercise_on as rated_on,
        lead(exercise_on) over (partition by person_key order by exercise_on) as next_rated_on
    from {{ source('records', 'rag_exercise') }}
    where rating is not null
),

-- Each person with the latest rating on the day of the exercise.
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
    left join ratings
        on
            exercises.person_key = ratings.person_key
            and exercises.exercise_on >= ratings.rated_on
            and (ratings.next_rated_on is null or exercises.exercise_on < ratings.next_rated_on)
)

{%- set columns = {
    'people': 'count(*)',
    'in_appropriate_prison': count_where('is_appropriate'),
    'in_appropriate_prison_percent': percent_where('is_appropriate'),
} %}

{{ counted([
    {
        'from': 'assessed',
        'by': [[], ['custody_status'], ['priority_need'], ['rag'], ['sex']],
        'columns': columns
    },
    {
        'from': 'assessed',
        'where': in_last_four_quarters(),
        'by': [['delivery_unit'], ['prison_code']],
        'columns': columns
    },
]) }}
