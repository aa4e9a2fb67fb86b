-- The Parole Board drew one sample; it is counted for the one day that a publication gives for it.
with days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_published_periods') }}
    where mart = 'pra_deep_dive'
),

cases as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        sample.cohort,
        sample.outcome,
        sample.psychology_recommendation,
        sample.is_directed,
        sample.is_available,
        sample.advice,
        sample.reason_for_no_pra,
        case when sample.are_recommendations_met then 'yes' else 'no' end as recommendations_met,
        'all' as pra
    from days
    inner join {{ ref('int_psychology_sample') }} as sample on days.period_end >= sample.concluded_on
),

-- Every case twice: among all, and among those with or without an assessment.
cases_by_pra as (
    select
        period_type,
        period_start,
        period_end,
        outcome,
        recommendations_met,
        pra
    from cases
    union all
    select
        period_type,
        period_start,
        period_end,
        outcome,
        recommendations_met,
        case when is_available then 'with' else 'without' end as pra
    from cases
),

assessed as (
    select
        period_type,
        period_start,
        period_end,
        cohort,
        outcome,
        psychology_recommendation,
        pra
    from cases
    where psychology_recommendation is not null
),

advised as (
    select
        period_type,
        period_start,
        period_end,
        cohort,
        advice,
        is_directed,
        pra
    from cases
    where advice is not null
),

advised_against as (
    select
        period_type,
        period_start,
        period_end,
        reason_for_no_pra as reason,
        pra
    from cases
    where advice = 'no_pra'
),

counted as (
    {%- set group = 'sum(count(*)) over (partition by period_type, period_start, period_end, pra' -%}
    {%- set cases_in_group = group ~ ', recommendations_met)' -%}
    {%- set all_advised_against = group ~ ')' %}
    {{ counted([
        {'from': 'cases', 'by': [['cohort']], 'columns': {'cases': 'count(*)'}},
        {
            'from': 'cases_by_pra',
            'by': [[], ['outcome', 'recommendations_met']],
            'columns': {'cases': 'count(*)'}
        },
        {
            'from': 'cases_by_pra',
            'by': [['outcome', 'recommendations_met']],
            'columns': {
                'cases_in_group': cases_in_group,
                'outcome_percent': '100e0 * count(*) / ' ~ cases_in_group
            }
        },
        {
            'from': 'cases',
            'by': [[], ['cohort']],
            'columns': {
                'directed': count_where('is_directed'),
                'directed_percent': percent_where('is_directed'),
                'available': count_where('is_available'),
                'available_percent': percent_where('is_available')
            }
        },
        {
            'from': 'assessed',
            'by': [[], ['cohort'], ['outcome']],
            'columns': {
                'assessed': 'count(*)',
                'decided_as_assessed': count_where('outcome = psychology_recommendation'),
                'decided_as_assessed_percent': percent_where('outcome = psychology_recommendation')
            }
        },
        {
            'from': 'advised',
            'by': [[], ['cohort'], ['advice']],
            'columns': {
                'advised': 'count(*)',
                'directed_as_advised': count_where("(advice = 'pra') = is_directed"),
                'directed_as_advised_percent': percent_where("(advice = 'pra') = is_directed")
            }
        },
        {'from': 'advised_against', 'by': [[], ['reason']], 'columns': {'advised_against': 'count(*)'}},
        {
            'from': 'advised_against',
            'by': [['reason']],
            'columns': {
                'all_advised_against': all_advised_against,
                'reason_percent': '100e0 * count(*) / ' ~ all_advised_against
            }
        },
    ], keys=['pra']) | indent(4) }}
)

{{ with_published(
    'counted', [{'measure': 'pra_sample', 'where': "counted.pra = 'all'"}],
    [
        'cases', 'directed', 'directed_percent', 'available', 'available_percent', 'assessed', 'decided_as_assessed',
        'decided_as_assessed_percent', 'outcome_percent', 'cases_in_group', 'advised', 'directed_as_advised',
        'directed_as_advised_percent', 'advised_against', 'reason_percent', 'all_advised_against'
    ],
    keys=['pra']
) }}
