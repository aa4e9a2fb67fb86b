with sample as (
    select
        concluded_on,
        outcome,
        psychology_recommendation,
        is_directed,
        is_available,
        advice,
        reason_for_no_pra,
        cohort,
        case when are_recommendations_met then 'yes' else 'no' end as met,
        case when is_available then 'with' else 'without' end as pra
    from {{ ref('int_psychology_sample') }}
),

-- One sample, counted for the one day it was spoken of.
days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_printed_periods') }}
    where mart = 'pra_deep_dive'
),

cases as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        sample.outcome,
        sample.psychology_recommendation,
        sample.is_directed,
        sample.is_available,
        sample.advice,
        sample.reason_for_no_pra,
        sample.cohort,
        sample.met,
        sample.pra
    from days
    inner join sample on days.period_end >= sample.concluded_on
),

assessed as (
    select
        period_type,
        period_start,
        period_end,
        cohort,
        outcome,
        psychology_recommendation
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
        is_directed
    from cases
    where advice is not null
),

advised_against as (
    select
        period_type,
        period_start,
        period_end,
        reason_for_no_pra as reason
    from cases
    where advice = 'no_pra'
)

{{ figures_from_records('cases', 'pra_sample', 'cases', [[], ['cohort']]) }}
union all
{{
    figures_from_records(
        'cases', 'pra_directed_and_available', 'cases', [[], ['cohort']], statistic='directed',
        value='count(*) filter (where is_directed)'
    )
}}
union all
{{
    figures_from_records(
        'cases', 'pra_directed_and_available', 'cases', [[], ['cohort']], statistic='available',
        value='count(*) filter (where is_available)'
    )
}}
union all
{{
    shares_from_records(
        'cases', 'pra_directed_and_available', 'is_directed', [[], ['cohort']], statistic='share_directed'
    )
}}
union all
{{
    shares_from_records(
        'cases', 'pra_directed_and_available', 'is_available', [[], ['cohort']], statistic='share_available'
    )
}}
union all
{{
    shares_from_records(
        'assessed', 'pra_decision_against_recommendation', 'outcome = psychology_recommendation',
        [[], ['cohort'], ['outcome']]
    )
}}
union all
{{ divisions_from_records('cases', 'pra_decision_by_recommendations_met', 'outcome', ['met']) }}
union all
{{ divisions_from_records('cases', 'pra_decision_by_recommendations_met', 'outcome', ['met', 'pra']) }}
union all
{{
    shares_from_records(
        'advised', 'pra_pcan_against_direction', "(advice = 'pra') = is_directed", [[], ['cohort'], ['advice']]
    )
}}
union all
{{ divisions_from_records('advised_against', 'pra_pcan_against_direction', 'reason', statistic='share_of_reasons') }}
