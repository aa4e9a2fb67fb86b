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

-- Until a Deputy Head's decision is first recorded nobody was asked for one; a share of nought would say otherwise.
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
)

{{ figures_from_records('recalled_in_months', 'ipp_recalls', 'recalls') }}
union all
{{
    figures_from_records(
        'recalled', 'ipp_recalls', 'recalls',
        [[], ['sex'], ['sentence_type'], ['probation_region'], ['recall_number'], ['ethnicity']]
    )
}}
union all
{{ figures_from_records('recalled', 'ipp_people_recalled', 'people', value='count(distinct person_key)') }}
union all
{{ shares_from_records('recalled_since_agreement', 'ipp_recalls_agreed_by_deputy_head', 'agreed_by_deputy_head') }}
