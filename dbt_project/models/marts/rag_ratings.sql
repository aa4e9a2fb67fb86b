with exercises as (
    select
        person_key,
        exercise_on,
        sex,
        cohort,
        coalesce(rating, 'not_rated') as rag,
        rating is not null as is_rated,
        delivery_unit,
        case when cohort = 'community' then coalesce(prison_code, 'not_applicable') else prison_code end as prison_code,
        probation_region
    from {{ source('records', 'rag_exercise') }}
),

ratings as (
    select
        'as_at' as period_type,
        exercise_on as period_start,
        exercise_on as period_end,
        sex,
        cohort,
        rag,
        is_rated,
        delivery_unit,
        prison_code,
        probation_region
    from exercises
),

exercise_days as (
    select distinct exercise_on
    from exercises
),

pairs_of_exercises as (
    select
        exercise_on as period_start,
        lead(exercise_on) over (order by exercise_on) as period_end
    from exercise_days
),

earlier as (
    select
        pairs.period_start,
        pairs.period_end,
        exercises.person_key,
        exercises.rag
    from pairs_of_exercises as pairs
    inner join exercises on pairs.period_start = exercises.exercise_on
    where pairs.period_end is not null
),

later as (
    select
        pairs.period_start,
        pairs.period_end,
        exercises.person_key,
        exercises.rag
    from pairs_of_exercises as pairs
    inner join exercises on pairs.period_end = exercises.exercise_on
),

-- Everybody who is in either of two exercises that follow each other.
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

{%- set people_and_share = {
    'people': 'count(*)',
    'people_rated': count_where('is_rated'),
    'people_rated_percent': percent_where('is_rated'),
} %}

{{ counted([
    {
        'from': 'ratings',
        'by': [[], ['cohort'], ['sex'], ['probation_region']],
        'columns': people_and_share
    },
    {
        'from': 'ratings',
        'by': [['rag'], ['cohort', 'rag'], ['probation_region', 'rag']],
        'columns': {'people': 'count(*)'}
    },
    {
        'from': 'ratings',
        'where': in_last_four_quarters(),
        'by': [['delivery_unit']],
        'columns': people_and_share
    },
    {
        'from': 'ratings',
        'where': in_last_four_quarters(),
        'by': [['prison_code'], ['delivery_unit', 'rag']],
        'columns': {'people': 'count(*)'}
    },
    {
        'from': 'movements',
        'by': [[], ['rag_from'], ['rag_to'], ['rag_from', 'rag_to']],
        'columns': {'people': 'count(*)'}
    },
]) }}
