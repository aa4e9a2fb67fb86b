with exercises as (
    select
        person_key,
        exercise_on,
        coalesce(rating, 'not_rated') as rag
    from {{ ref('stg_rag_exercise') }}
),

days as (
    select
        exercise_on as period_start,
        lead(exercise_on) over (order by exercise_on) as period_end
    from exercises
    group by exercise_on
),

-- Everybody who is in either of two exercises that follow each other.
earlier as (
    select
        days.period_start,
        days.period_end,
        exercises.person_key,
        exercises.rag
    from days
    inner join exercises on days.period_start = exercises.exercise_on
    where days.period_end is not null
),

later as (
    select
        days.period_start,
        days.period_end,
        exercises.person_key,
        exercises.rag
    from days
    inner join exercises on days.period_end = exercises.exercise_on
),

movements as (
    select
        'period' as period_type,
        coalesce(earlier.period_start, later.period_start) as period_start,
        coalesce(earlier.period_end, later.period_end) as period_end,
        coalesce(earlier.rag, 'joined') as rag_from,
        coalesce(later.rag, 'left') as rag_to
    from earlier
    full outer join later
        on
            earlier.person_key = later.person_key
            and earlier.period_end = later.period_end
)

{{
    figures_from_records(
        'movements', 'rag_movements', 'people', [[], ['rag_from'], ['rag_to'], ['rag_from', 'rag_to']]
    )
}}
