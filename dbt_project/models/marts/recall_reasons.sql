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
),

counted as (
    {{ counted([
        {
            'from': 'recalls_and_reasons',
            'by': [['reason'], ['reason', 'sex']],
            'columns': {
                'recalls': 'count(*)',
                'recalls_with_reason': count_where('is_recorded'),
                'recalls_with_reason_percent': percent_where('is_recorded')
            }
        },
        {
            'from': 'recalled',
            'by': [[], ['probation_region']],
            'columns': {
                'recalls': 'count(*)',
                'recalls_out_of_touch': count_where('is_out_of_touch'),
                'recalls_out_of_touch_percent': percent_where('is_out_of_touch')
            }
        },
        {
            'from': 'recalled',
            'columns': {
                'recalls_without_further_charge': count_where('not further_charge'),
                'recalls_without_further_charge_percent': percent_where('not further_charge')
            }
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {'measure': 'ipp_recalls_without_further_charge', 'where': 'counted.is_total'},
        {'measure': 'ipp_recalls_by_reason'},
    ],
    [
        'recalls', 'recalls_with_reason', 'recalls_with_reason_percent', 'recalls_out_of_touch',
        'recalls_out_of_touch_percent', 'recalls_without_further_charge', 'recalls_without_further_charge_percent'
    ]
) }}
