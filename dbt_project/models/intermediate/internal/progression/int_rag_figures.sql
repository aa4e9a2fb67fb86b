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
    from {{ ref('stg_rag_exercise') }}
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
)

{{
    figures_from_records(
        'ratings', 'rag_ratings', 'people',
        [
            [], ['rag'], ['cohort'], ['sex'], ['delivery_unit'], ['prison_code'], ['probation_region'],
            ['cohort', 'rag'], ['delivery_unit', 'rag'], ['probation_region', 'rag']
        ]
    )
}}
union all
{{
    figures_from_records(
        'ratings', 'rag_ratings', 'percent', [[], ['cohort'], ['sex'], ['delivery_unit'], ['probation_region']],
        statistic='share',
        value='100.0 * count(*) filter (where is_rated) / count(*)',
        numerator='count(*) filter (where is_rated)',
        denominator='count(*)'
    )
}}
