{#- Unreleased and recalled people are published as separate measures, in all and by sex. -#}
{%- set published_as = [{'measure': 'ipp_prison_population', 'where': "counted.breakdown in ('total', 'sex')"}] -%}
{%- for status, measure in [('unreleased', 'ipp_unreleased_prisoners'), ('recalled', 'ipp_recalled_prisoners')] -%}
{%- do published_as.append({
    'measure': measure,
    'where': "counted.breakdown = 'custody_status' and counted.category = '" ~ status ~ "'",
    'breakdown': ''
}) -%}
{%- for sex in ['female', 'male'] -%}
{%- do published_as.append({
    'measure': measure,
    'where': "counted.breakdown = 'custody_status_by_sex' and counted.category = '" ~ status
        ~ "' and counted.category_2 = '" ~ sex ~ "'",
    'breakdown': 'sex=' ~ sex
}) -%}
{%- endfor -%}
{%- endfor -%}

with in_prison as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        prison_code,
        delivery_unit,
        sex,
        sentence_type,
        offence_group,
        tariff_band,
        months_since_recall
    from {{ ref('int_people_on_days') }}
    where location = 'prison'
),

bands as (
    select
        duration_band,
        from_months,
        to_months
    from {{ ref('duration_bands') }}
    where band_set = 'time_since_recall'
),

since_recall as (
    select
        in_prison.period_type,
        in_prison.period_start,
        in_prison.period_end,
        case when in_prison.custody_status = 'recalled' then bands.duration_band else 'not_applicable' end
            as time_since_recall_band
    from in_prison
    left join bands
        on
            in_prison.months_since_recall >= bands.from_months
            and (bands.to_months is null or in_prison.months_since_recall < bands.to_months)
),

on_extract_day as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        category,
        is_high_security,
        age_band,
        ethnicity,
        time_over_tariff_band
    from {{ ref('int_prisoners_on_extract_day') }}
),

counted as (
    {{ counted([
        {
            'from': 'in_prison',
            'by': [
                [], ['custody_status'], ['sex'], ['sentence_type'], ['offence_group'], ['tariff_band'],
                ['custody_status', 'sex'], ['custody_status', 'sentence_type'], ['custody_status', 'offence_group'],
                ['custody_status', 'tariff_band']
            ],
            'columns': {'people': 'count(*)'}
        },
        {'from': 'since_recall', 'by': [['time_since_recall_band']], 'columns': {'people': 'count(*)'}},
        {
            'from': 'in_prison',
            'where': in_last_four_quarters(),
            'by': [
                ['prison_code'], ['delivery_unit'], ['custody_status', 'prison_code'],
                ['custody_status', 'delivery_unit']
            ],
            'columns': {'people': 'count(*)'}
        },
        {
            'from': 'on_extract_day',
            'by': [
                ['age_band'], ['ethnicity'], ['age_band', 'custody_status'], ['custody_status', 'ethnicity'],
                ['category', 'custody_status']
            ],
            'columns': {'people': 'count(*)'}
        },
        {
            'from': 'on_extract_day',
            'by': [[], ['custody_status'], ['category']],
            'columns': {'people': 'count(*)', 'people_in_high_security': count_where('is_high_security')}
        },
        {
            'from': 'on_extract_day',
            'where': 'is_high_security',
            'by': [['time_over_tariff_band']],
            'columns': {'people_in_high_security': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published('counted', published_as, ['people', 'people_in_high_security']) }}
