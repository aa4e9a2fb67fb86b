{%- set dimensions = [[], ['prison_code'], ['programme']] -%}

with referrals as (
    select
        person_key,
        programme,
        prison_code,
        referred_on,
        started_on,
        closed_on,
        case when outcome = 'completed' then closed_on end as completed_on
    from {{ ref('stg_accredited_programmes') }}
),

periods as (
    {{
        periods_of_log(
            'referrals', 'referred_on', period_types=['as_at', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
),

{% for statistic, on in [
    ('referred', 'referred_on'), ('started', 'started_on'), ('completed', 'completed_on')
] -%}
{{ statistic }} as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        referrals.person_key,
        referrals.prison_code,
        referrals.programme
    from periods
    inner join referrals on referrals.{{ on }} between periods.period_start and periods.period_end
    where periods.period_type != 'as_at'
),

{% endfor -%}
waiting as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        referrals.person_key,
        referrals.prison_code,
        referrals.programme
    from periods
    inner join referrals
        on
            periods.period_end >= referrals.referred_on
            and periods.period_end < coalesce(referrals.started_on, referrals.closed_on, date '9999-12-31')
    where periods.period_type = 'as_at'
)

{% for statistic in ['referred', 'started', 'completed', 'waiting'] -%}
{{
    figures_from_records(
        statistic, 'accredited_programmes', 'people', dimensions,
        statistic=statistic, value='count(distinct person_key)'
    )
}}
{% if not loop.last %}union all
{% endif %}
{%- endfor %}
