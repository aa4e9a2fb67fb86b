{%- set dimensions = [[], ['custody_status'], ['delivery_unit']] -%}

with reviews as (
    select
        person_key,
        completed_on
    from {{ ref('stg_psychology_reviews') }}
    where review_kind = 'case_file_review'
),

quarters as (
    {{ periods_of_log('reviews', 'completed_on', period_types=['quarter']) }}
),

required_days as (
    select
        quarters.period_type,
        quarters.period_start,
        quarters.period_end,
        case when rules.day_of_quarter = 'first' then quarters.period_start else quarters.period_end end as required_on
    from quarters
    cross join {{ ref('dpp_case_file_days') }} as rules
),

days_by_quarter as (
    select
        period_start,
        count(*) as days
    from required_days
    group by period_start
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

-- DPP prisoners on every day that the rule asks for, where they were on the last of them.
prisoners as (
    select
        required_days.period_type,
        required_days.period_start,
        required_days.period_end,
        spells.person_key,
        arg_max(spells.custody_status, required_days.required_on) as custody_status,
        arg_max(spells.prison_code, required_days.required_on) as prison_code,
        count(*) as days
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
),

case_files as (
    select
        prisoners.period_type,
        prisoners.period_start,
        prisoners.period_end,
        prisoners.custody_status,
        units.delivery_unit,
        count(reviews.person_key) > 0 as is_reviewed
    from prisoners
    inner join days_by_quarter
        on
            prisoners.period_start = days_by_quarter.period_start
            and prisoners.days = days_by_quarter.days
    left join {{ ref('int_delivery_units') }} as units on prisoners.prison_code = units.place
    left join reviews
        on
            prisoners.person_key = reviews.person_key
            and reviews.completed_on between prisoners.period_start and prisoners.period_end
    group by
        prisoners.period_type,
        prisoners.period_start,
        prisoners.period_end,
        prisoners.person_key,
        prisoners.custody_status,
        units.delivery_unit
)

{{
    figures_from_records(
        'case_files', 'dpp_case_files_reviewed', 'people', dimensions,
        value='count(*) filter (where is_reviewed)'
    )
}}
union all
{{
    figures_from_records(
        'case_files', 'dpp_case_files_reviewed', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where is_reviewed) / count(*)',
        numerator='count(*) filter (where is_reviewed)',
        denominator='count(*)'
    )
}}
