with recalls as (
    select
        person_key,
        sex,
        sentence_type,
        probation_region,
        ethnicity,
        recall_number,
        licence_revoked_on,
        agreed_by_deputy_head
    from {{ ref('int_recalls') }}
),

recalled as (
    {{
        events_in_periods(
            'recalls', 'licence_revoked_on',
            [
                'person_key', 'sex', 'sentence_type', 'probation_region', 'ethnicity', 'recall_number',
                'agreed_by_deputy_head'
            ]
        )
    }}
),

recalled_in_months as (
    {{ events_in_periods('recalls', 'licence_revoked_on', [], ['month']) }}
),

-- Until a Deputy Head's decision is first recorded, none was asked for; a share of 0 would say otherwise.
first_agreement as (
    select min(licence_revoked_on) as agreed_from
    from recalls
    where agreed_by_deputy_head
),

recalled_since_agreement as (
    select
        recalled.period_type,
        recalled.period_start,
        recalled.period_end,
        recalled.agreed_by_deputy_head
    from recalled
    inner join first_agreement on recalled.period_start >= first_agreement.agreed_from
),

counted as (
    {{ counted([
        {
            'from': 'recalled',
            'by': [[], ['sex'], ['sentence_type'], ['probation_region'], ['recall_number'], ['ethnicity']],
            'columns': {'recalls': 'count(*)'}
        },
        {'from': 'recalled_in_months', 'columns': {'recalls': 'count(*)'}},
        {'from': 'recalled', 'columns': {'people_recalled': 'count(distinct person_key)'}},
        {
            'from': 'recalled_since_agreement',
            'columns': {
                'agreed_by_deputy_head': count_where('agreed_by_deputy_head'),
                'agreed_by_deputy_head_percent': percent_where('agreed_by_deputy_head'),
                'recalls_since_first_agreement': 'count(*)'
            }
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted', 'ipp_recalls',
    [
        'recalls', 'people_recalled', 'agreed_by_deputy_head', 'agreed_by_deputy_head_percent',
        'recalls_since_first_agreement'
    ]
) }}
