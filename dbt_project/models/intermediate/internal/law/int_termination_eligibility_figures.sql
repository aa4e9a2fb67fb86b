with positions as (
    select
        person_key,
        position,
        regime,
        status,
        probation_region,
        sentence_type,
        started_on,
        ended_on
    from {{ ref('int_termination_positions') }}
),

referrals as (
    select
        person_key,
        referral_due_on
    from {{ ref('int_referrals_due') }}
),

automatic_ends as (
    select
        person_key,
        automatic_end_on
    from {{ ref('int_automatic_ends') }}
    where broken_on is null
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
    from {{ ref('int_printed_periods') }}
    where mart = 'termination_eligibility'
),

extract as (
    select max(as_at) as as_at
    from {{ ref('stg_ppud_sentence') }}
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

on_licence as (
    select
        period_type,
        period_start,
        period_end,
        regime,
        probation_region,
        sentence_type
    from on_days
    where position = 'eligible_on_licence'
),

in_custody as (
    select
        period_type,
        period_start,
        period_end,
        regime,
        probation_region,
        sentence_type
    from on_days
    where position = 'eligible_in_custody_on_recall'
),

at_large as (
    select
        period_type,
        period_start,
        period_end
    from on_days
    where position = 'eligible_unlawfully_at_large'
),

-- On licence on the day their referral falls due.
fallen_due as (
    select
        referrals.referral_due_on,
        positions.probation_region,
        positions.sentence_type
    from referrals
    inner join positions
        on
            referrals.person_key = positions.person_key
            and referrals.referral_due_on >= positions.started_on
            and (positions.ended_on is null or referrals.referral_due_on < positions.ended_on)
    where positions.position = 'eligible_on_licence'
),

newly_eligible as (
    {{
        events_in_periods(
            'fallen_due', 'referral_due_on', ['probation_region', 'sentence_type'], ['month', 'quarter'],
            printed_for='termination_eligibility'
        )
    }}
),

-- People on licence on the day of the extract, by the month their licence ends by itself if nothing happens before.
to_come as (
    select
        'month' as period_type,
        cast(date_trunc('month', automatic_ends.automatic_end_on) as date) as period_start,
        last_day(automatic_ends.automatic_end_on) as period_end,
        positions.probation_region
    from extract
    inner join positions
        on
            extract.as_at >= positions.started_on
            and (positions.ended_on is null or extract.as_at < positions.ended_on)
    inner join automatic_ends
        on
            positions.person_key = automatic_ends.person_key
            and extract.as_at < automatic_ends.automatic_end_on
    where positions.status = 'on_licence'
)

{{
    figures_from_records(
        'on_licence', 'termination_eligible', 'people',
        [[], ['regime'], ['sentence_type'], ['probation_region'], ['regime', 'sentence_type']]
    )
}}
union all
{{
    figures_from_records(
        'in_custody', 'termination_eligible', 'people', [[], ['sentence_type'], ['probation_region']],
        statistic='in_custody_on_recall'
    )
}}
union all
{{ figures_from_records('at_large', 'termination_eligible', 'people', statistic='unlawfully_at_large') }}
union all
{{
    figures_from_records(
        'newly_eligible', 'termination_eligible', 'people', [[], ['sentence_type'], ['probation_region']],
        statistic='newly_eligible'
    )
}}
union all
{{ figures_from_records('to_come', 'automatic_terminations_to_come', 'people', [[], ['probation_region']]) }}
