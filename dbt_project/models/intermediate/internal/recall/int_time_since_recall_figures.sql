with recalled as (
    select
        period_type,
        period_start,
        period_end,
        delivery_unit,
        returned_to_custody_on,
        period_end - returned_to_custody_on as days_since_return
    from {{ ref('int_people_on_days') }}
    where status = 'in_prison_recalled'
),

bands as (
    select
        time_since_recall,
        more_than_years,
        at_most_years
    from {{ ref('time_since_recall_bands') }}
),

-- Bands overlap: a person is in one row for each band that holds.
banded as (
    select
        recalled.period_type,
        recalled.period_start,
        recalled.period_end,
        bands.time_since_recall
    from recalled
    inner join bands
        on
            (
                bands.more_than_years = 0
                or recalled.period_end > recalled.returned_to_custody_on + to_years(bands.more_than_years)
            )
            and (
                bands.at_most_years is null
                or recalled.period_end <= recalled.returned_to_custody_on + to_years(bands.at_most_years)
            )
)

{{ figures_from_records('recalled', 'ipp_time_since_recall', 'people', [[], ['delivery_unit']]) }}
union all
{{ figures_from_records('banded', 'ipp_time_since_recall', 'people', [['time_since_recall']]) }}
union all
{{
    distribution_from_records(
        'recalled', 'ipp_time_since_recall', 'days', 'days_since_return', [[], ['delivery_unit']]
    )
}}
