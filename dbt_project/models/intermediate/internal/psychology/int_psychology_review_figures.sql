with reviews as (
    select
        sentence_type,
        custody_status,
        delivery_unit,
        review_kind,
        completed_on
    from {{ ref('stg_psychology_reviews') }}
),

periods as (
    {{ periods_of_log('reviews', 'completed_on') }}
),

in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        lower(reviews.sentence_type) as sentence_type,
        reviews.custody_status,
        reviews.delivery_unit,
        reviews.review_kind as review_type
    from periods
    inner join reviews on reviews.completed_on between periods.period_start and periods.period_end
),

reports as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        delivery_unit,
        review_type as report_type
    from in_period
    where review_type in ('pca_n', 'pra')
)

{{
    figures_from_records(
        'in_period', 'psychology_case_reviews', 'reviews',
        [[], ['custody_status'], ['delivery_unit'], ['review_type'], ['sentence_type']]
    )
}}
union all
{{
    figures_from_records(
        'reports', 'psychology_reports', 'reports',
        [[], ['custody_status'], ['delivery_unit'], ['report_type'], ['custody_status', 'report_type']]
    )
}}
