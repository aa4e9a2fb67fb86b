with recalls as (
    select
        recall_id,
        sex,
        probation_region,
        licence_revoked_on,
        further_charge,
        non_compliance,
        failed_to_keep_in_touch,
        failed_to_reside,
        drugs_or_alcohol,
        other_reason,
        is_out_of_touch
    from {{ ref('int_recalls') }}
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year', 'financial_year')
),

recalled as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        recalls.sex,
        recalls.probation_region,
        recalls.further_charge,
        recalls.non_compliance,
        recalls.failed_to_keep_in_touch,
        recalls.failed_to_reside,
        recalls.drugs_or_alcohol,
        recalls.other_reason,
        recalls.is_out_of_touch
    from periods
    inner join recalls on recalls.licence_revoked_on between periods.period_start and periods.period_end
),

-- One row for each recall and reason, whether the recall has it or not: the share of a reason is of all recalls.
{% set reasons = {
    'facing_further_charge': 'further_charge',
    'non_compliance': 'non_compliance',
    'failed_to_keep_in_touch': 'failed_to_keep_in_touch',
    'failed_to_reside': 'failed_to_reside',
    'drugs_alcohol': 'drugs_or_alcohol',
    'other': 'other_reason',
} -%}

recalls_and_reasons as (
    {%- for reason, is_recorded in reasons.items() %}
    select
        period_type,
        period_start,
        period_end,
        sex,
        '{{ reason }}' as reason,
        {{ is_recorded }} as is_recorded
    from recalled
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

{%- set by_reason = [['reason'], ['reason', 'sex']] -%}
{%- set shares = [
    ('recalls_and_reasons', 'ipp_recalls_by_reason', by_reason, 'is_recorded'),
    ('recalled', 'ipp_recalls_without_further_charge', [[]], 'not further_charge'),
    ('recalled', 'ipp_recalls_out_of_touch', [[], ['probation_region']], 'is_out_of_touch'),
] %}
{%- for source, measure, by, condition in shares %}
{%- set those = 'count(*) filter (where ' ~ condition ~ ')' %}

{{ figures_from_records(source, measure, 'recalls', by, value=those) }}
union all
{{
    figures_from_records(
        source, measure, 'percent', by, statistic='share',
        value='100.0 * ' ~ those ~ ' / count(*)', numerator=those, denominator='count(*)'
    )
}}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
