with positions as (
    select
        position,
        regime,
        probation_region,
        sentence_type,
        started_on,
        ended_on
    from {{ ref('int_termination_positions') }}
    where
        position in ('eligible_on_licence', 'eligible_in_custody_on_recall', 'eligible_unlawfully_at_large')
),

days as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'as_at'
    union
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_published_periods') }}
    where mart = 'termination_eligibility'
),

on_days as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        positions.position,
        positions.regime,
        positions.probation_region,
        positions.sentence_type
    from days
    inner join positions
        on
            days.period_end >= positions.started_on
            and (positions.ended_on is null or days.period_end < positions.ended_on)
),

{%- set people = {
    'people_on_licence': count_where("position = 'eligible_on_licence'"),
    'people_in_custody_on_recall': count_where("position = 'eligible_in_custody_on_recall'"),
} %}

counted as (
    {{ counted([
        {'from': 'on_days', 'by': [[], ['sentence_type'], ['probation_region']], 'columns': people},
        {
            'from': 'on_days',
            'columns': {'people_unlawfully_at_large': count_where("position = 'eligible_unlawfully_at_large'")}
        },
        {
            'from': 'on_days',
            'where': "position = 'eligible_on_licence'",
            'by': [['regime'], ['regime', 'sentence_type']],
            'columns': {'people_on_licence': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted', 'termination_eligible',
    ['people_on_licence', 'people_in_custody_on_recall', 'people_unlawfully_at_large']
) }}
