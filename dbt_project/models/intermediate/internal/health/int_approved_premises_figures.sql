{%- set dimensions = [[], ['approved_premises'], ['pilot_status'], ['probation_region']] -%}

with stays as (
    select
        person_key,
        approved_premises,
        pilot_status,
        probation_region,
        arrived_on,
        left_on,
        left_because,
        date_diff('day', arrived_on, left_on) as nights
    from {{ ref('stg_approved_premises_stays') }}
),

periods as (
    {{ periods_of_log('stays', 'arrived_on') }}
),

begun as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        stays.approved_premises,
        stays.pilot_status,
        stays.probation_region
    from periods
    inner join stays on stays.arrived_on between periods.period_start and periods.period_end
),

ended as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        stays.approved_premises,
        stays.pilot_status,
        stays.probation_region,
        stays.nights,
        stays.left_because = 'recalled' as is_recalled
    from periods
    inner join stays on stays.left_on between periods.period_start and periods.period_end
)

{{ figures_from_records('begun', 'ipp_approved_premises_pilot', 'stays', dimensions) }}
union all
{{
    figures_from_records(
        'begun', 'ipp_approved_premises_pilot', 'premises', [[], ['pilot_status']],
        statistic='premises', value='count(distinct approved_premises)'
    )
}}
union all
{{
    figures_from_records(
        'ended', 'ipp_approved_premises_pilot', 'weeks', dimensions,
        statistic='median', value='median(nights) / 7', denominator='count(*)'
    )
}}
union all
{{
    figures_from_records(
        'ended', 'ipp_approved_premises_pilot', 'recalls', dimensions,
        statistic='recalled', value='count(*) filter (where is_recalled)'
    )
}}
union all
{{
    figures_from_records(
        'ended', 'ipp_approved_premises_pilot', 'percent', dimensions,
        statistic='share',
        value='100.0 * count(*) filter (where is_recalled) / count(*)',
        numerator='count(*) filter (where is_recalled)',
        denominator='count(*)'
    )
}}
