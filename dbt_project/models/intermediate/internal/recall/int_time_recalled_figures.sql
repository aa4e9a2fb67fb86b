with recalls as (
    select
        sentence_type,
        rereleased_on,
        datesub('month', returned_to_custody_on, rereleased_on) as whole_months
    from {{ ref('int_recalls') }}
    where
        returned_to_custody_on is not null
        and rereleased_on is not null
),

rereleased as (
    {{ events_in_periods('recalls', 'rereleased_on', ['sentence_type', 'whole_months']) }}
)

{{
    figures_from_records(
        'rereleased', 'ipp_mean_time_recalled', 'months', [[], ['sentence_type']], statistic='mean',
        value='round(avg(whole_months))', denominator='count(*)'
    )
}}
