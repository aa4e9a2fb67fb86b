with recalls as (
    select
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

recalled as (
    {{
        events_in_periods(
            'recalls', 'licence_revoked_on',
            [
                'sex', 'probation_region', 'further_charge', 'non_compliance', 'failed_to_keep_in_touch',
                'failed_to_reside', 'drugs_or_alcohol', 'other_reason', 'is_out_of_touch'
            ]
        )
    }}
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
{%- set by_region = [[], ['probation_region']] -%}
{%- for source, measure, condition, by in [
    ('recalls_and_reasons', 'ipp_recalls_by_reason', 'is_recorded', by_reason),
    ('recalled', 'ipp_recalls_without_further_charge', 'not further_charge', [[]]),
    ('recalled', 'ipp_recalls_out_of_touch', 'is_out_of_touch', by_region),
] %}

{{ figures_from_records(source, measure, 'recalls', by, value='count(*) filter (where ' ~ condition ~ ')') }}
union all
{{ shares_from_records(source, measure, condition, by) }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
