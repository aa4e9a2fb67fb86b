with unreleased as (
    select
        period_type,
        period_start,
        period_end,
        tariff_band,
        tariff_expiry_status,
        months_over_tariff,
        case tariff_expiry_status
            when 'not_passed' then 'within_tariff'
            when 'not_available' then 'not_recorded'
            else {{ year_band('months_over_tariff // 12') }}
        end as time_over_tariff_band
    from {{ ref('int_people_on_days') }}
    where status = 'in_prison_unreleased'
),

-- Every sentence, not only the one that governs the release of its person: the average is of tariffs imposed.
sentences as (
    select
        date_of_sentence,
        date_diff('day', date_of_sentence, tariff_expiry_date) as tariff_days
    from {{ ref('stg_ppud_sentence') }}
    where tariff_expiry_date is not null
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
),

imposed as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        sentences.tariff_days
    from days
    inner join sentences on days.period_end >= sentences.date_of_sentence
),

over_tariff as (
    select
        period_type,
        period_start,
        period_end,
        months_over_tariff
    from unreleased
    where months_over_tariff is not null
)

{{
    figures_from_records(
        'unreleased', 'ipp_unreleased_by_tariff', 'people',
        [[], ['tariff_band'], ['tariff_expiry_status'], ['tariff_band', 'tariff_expiry_status'],
         ['tariff_expiry_status', 'time_over_tariff_band']]
    )
}}
union all
{{ distribution_from_records('over_tariff', 'ipp_months_over_tariff', 'months', 'months_over_tariff') }}
union all
{{
    figures_from_records(
        'imposed', 'ipp_average_tariff', 'years', statistic='mean', value='avg(tariff_days) / 365.25',
        denominator='count(tariff_days)'
    )
}}
