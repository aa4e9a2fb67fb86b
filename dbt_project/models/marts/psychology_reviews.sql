with reviews as (
    select
        person_key,
        lower(sentence_type) as sentence_type,
        custody_status,
        delivery_unit,
        review_kind as review_type,
        completed_on
    from {{ source('records', 'psychology_reviews') }}
),

periods as (
    {{ periods_of_log('reviews', 'completed_on') }}
),

in_period as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        reviews.sentence_type,
        reviews.custody_status,
        reviews.delivery_unit,
        reviews.review_type
    from periods
    inner join reviews on reviews.completed_on between periods.period_start and periods.period_end
),

case_file_reviews as (
    select
        person_key,
        completed_on
    from reviews
    where review_type = 'case_file_review'
),

quarters as (
    {{ periods_of_log('case_file_reviews', 'completed_on', period_types=['quarter']) }}
),

required_days as (
    select
        quarters.period_type,
        quarters.period_start,
        quarters.period_end,
        case when rules.day_of_quarter = 'first' then quarters.period_start else quarters.period_end end as required_on,
        count(*) over (partition by quarters.period_start) as days
    from quarters
    cross join {{ ref('dpp_case_file_days') }} as rules
),

spells as (
    select
        person_key,
        custody_status,
        prison_code,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where
        sentence_type = 'DPP'
        and location = 'prison'
),

-- DPP prisoners in prison on every day that the rule requires, with their place on the last of these days.
dpp_prisoners as (
    select
        required_days.period_type,
        required_days.period_start,
        required_days.period_end,
        spells.person_key,
        max_by(spells.custody_status, required_days.required_on) as custody_status,
        max_by(spells.prison_code, required_days.required_on) as prison_code
    from required_days
    inner join spells
        on
            required_days.required_on >= spells.started_on
            and (spells.ended_on is null or required_days.required_on < spells.ended_on)
    group by
        required_days.period_type,
        required_days.period_start,
        required_days.period_end,
        spells.person_key
    having count(*) = max(required_days.days)
),

case_files as (
    select
        prisoners.period_type,
        prisoners.period_start,
        prisoners.period_end,
        prisoners.custody_status,
        units.delivery_unit,
        count(case_file_reviews.person_key) > 0 as is_reviewed
    from dpp_prisoners as prisoners
    left join {{ ref('int_delivery_units') }} as units on prisoners.prison_code = units.place
    left join case_file_reviews
        on
            prisoners.person_key = case_file_reviews.person_key
            and case_file_reviews.completed_on between prisoners.period_start and prisoners.period_end
    group by
        prisoners.period_type,
        prisoners.period_start,
        prisoners.period_end,
        prisoners.person_key,
        prisoners.custody_status,
        units.delivery_unit
),

barriers as (
    select
        'as_at' as period_type,
        reviewed_on as period_start,
        reviewed_on as period_end,
        person_key,
        barrier
    from {{ source('records', 'never_released_barriers') }}
)

{%- set reviews_and_reports = {'reviews': 'count(*)', 'reports': count_where("review_type in ('pca_n', 'pra')")} %}
{%- set target_4 = {
    'dpp_prisoners': 'count(*)',
    'dpp_prisoners_reviewed': count_where('is_reviewed'),
    'dpp_prisoners_reviewed_percent': percent_where('is_reviewed'),
} %}

{{ counted([
    {'from': 'in_period', 'by': [[], ['custody_status'], ['review_type']], 'columns': reviews_and_reports},
    {'from': 'in_period', 'by': [['sentence_type']], 'columns': {'reviews': 'count(*)'}},
    {
        'from': 'in_period',
        'where': in_last_four_quarters(),
        'by': [['delivery_unit']],
        'columns': reviews_and_reports
    },
    {'from': 'case_files', 'by': [[], ['custody_status']], 'columns': target_4},
    {'from': 'case_files', 'where': in_last_four_quarters(), 'by': [['delivery_unit']], 'columns': target_4},
    {
        'from': 'barriers',
        'by': [[], ['barrier']],
        'columns': {'never_released_people_reviewed': 'count(distinct person_key)'}
    },
]) }}
