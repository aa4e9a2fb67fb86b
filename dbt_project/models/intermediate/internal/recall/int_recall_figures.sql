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

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type <> 'as_at'
),

recalled as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        recalls.person_key,
        recalls.sex,
        recalls.sentence_type,
        recalls.probation_region,
        recalls.ethnicity,
        recalls.recall_number,
        recalls.agreed_by_deputy_head
    from periods
    inner join recalls on recalls.licence_revoked_on between periods.period_start and periods.period_end
),

recalled_in_longer_periods as (
    select
        period_type,
        period_start,
        period_end,
        person_key,
        sex,
        sentence_type,
        probation_region,
        ethnicity,
        recall_number,
        agreed_by_deputy_head
    from recalled
    where period_type <> 'month'
),

-- Until a Deputy Head's decision is first recorded nobody was asked for one; a share of nought would say otherwise.
first_agreement as (
    select min(licence_revoked_on) as agreed_from
    from recalls
    where agreed_by_deputy_head
),

recalled_since_agreement as (
    select
        recalled_in_longer_periods.period_type,
        recalled_in_longer_periods.period_start,
        recalled_in_longer_periods.period_end,
        recalled_in_longer_periods.agreed_by_deputy_head
    from recalled_in_longer_periods
    inner join first_agreement on recalled_in_longer_periods.period_start >= first_agreement.agreed_from
)

{{ figures_from_records('recalled', 'ipp_recalls', 'recalls') }}
union all
{{
    figures_from_records(
        'recalled_in_longer_periods', 'ipp_recalls', 'recalls',
        [['sex'], ['sentence_type'], ['probation_region'], ['recall_number'], ['ethnicity']]
    )
}}
union all
{{
    figures_from_records(
        'recalled_in_longer_periods', 'ipp_people_recalled', 'people', value='count(distinct person_key)'
    )
}}
union all
{{
    figures_from_records(
        'recalled_since_agreement', 'ipp_recalls_agreed_by_deputy_head', 'percent', statistic='share',
        value='100.0 * count(*) filter (where agreed_by_deputy_head) / count(*)',
        numerator='count(*) filter (where agreed_by_deputy_head)', denominator='count(*)'
    )
}}
