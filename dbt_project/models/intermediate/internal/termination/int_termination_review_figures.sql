with cases as (
    select
        person_key,
        probation_region,
        regime,
        referral_due_on,
        referred_on,
        decided_on,
        outcome,
        target_days,
        days_to_decide,
        surge,
        finality
    from {{ ref('int_termination_cases') }}
),

regimes as (
    select distinct
        regime,
        in_force_from,
        in_force_until
    from {{ ref('int_regimes') }}
),

-- Where a licence has ended, by itself or with the sentence, there is nothing left to refer or to decide. A
-- revoked one has not ended.
licences_in_force as (
    select
        person_key,
        status,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where status in ('on_licence', 'unlawfully_at_large', 'in_prison_recalled', 'in_hospital')
),

-- By the rules alone, whatever the log of cases says.
eligible as (
    select
        person_key,
        probation_region,
        started_on,
        ended_on
    from {{ ref('int_termination_positions') }}
    where position = 'eligible_on_licence'
),

people_with_case as (
    select distinct person_key
    from cases
),

added as (
    select
        referred_on,
        concluded_on,
        termination_added_on
    from {{ ref('stg_ppud_review') }}
    where termination_added_on is not null
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
    where mart = 'termination_reviews'
),

-- Referrals and decisions as at a day are of the cases of the rules then in force: those under earlier rules are
-- another stock.
days_of_regimes as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        regimes.regime
    from days
    inner join regimes
        on
            days.period_end >= regimes.in_force_from
            and coalesce(days.period_end < regimes.in_force_until, true)
),

referred as (
    {{
        events_in_periods(
            'cases', 'referred_on', ['probation_region', 'regime', 'surge'],
            period_types=['month', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
    union all
    select
        days.period_type,
        days.period_start,
        days.period_end,
        cases.probation_region,
        cases.regime,
        cases.surge
    from days_of_regimes as days
    inner join cases on days.period_end >= cases.referred_on and days.regime = cases.regime
),

decided as (
    {{
        events_in_periods(
            'cases', 'decided_on',
            ['probation_region', 'regime', 'surge', 'outcome', 'finality', 'days_to_decide', 'target_days'],
            period_types=['month', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
    union all
    select
        days.period_type,
        days.period_start,
        days.period_end,
        cases.probation_region,
        cases.regime,
        cases.surge,
        cases.outcome,
        cases.finality,
        cases.days_to_decide,
        cases.target_days
    from days_of_regimes as days
    inner join cases on days.period_end >= cases.decided_on and days.regime = cases.regime
),

decided_finally as (
    select
        period_type,
        period_start,
        period_end,
        outcome
    from decided
    where finality = 'final'
),

decided_under_target as (
    select
        period_type,
        period_start,
        period_end,
        finality,
        days_to_decide,
        target_days
    from decided
    where target_days is not null
),

-- Whichever rules they were referred under: a case goes on waiting when the rules change.
waiting as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        coalesce(days.period_end - cases.referred_on > cases.target_days, false) as is_past_target
    from days
    inner join cases
        on
            days.period_end >= cases.referred_on
            and coalesce(days.period_end < cases.decided_on, true)
    inner join licences_in_force
        on
            cases.person_key = licences_in_force.person_key
            and days.period_end >= licences_in_force.started_on
            and coalesce(days.period_end < licences_in_force.ended_on, true)
),

not_yet_referred as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        cases.probation_region,
        cases.surge,
        licences_in_force.status
    from days
    inner join cases
        on
            days.period_end >= cases.referral_due_on
            and coalesce(days.period_end < cases.referred_on, true)
    inner join licences_in_force
        on
            cases.person_key = licences_in_force.person_key
            and days.period_end >= licences_in_force.started_on
            and coalesce(days.period_end < licences_in_force.ended_on, true)
),

-- Somebody of whom the log holds no case would be missed by every count of cases.
eligible_without_case as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        eligible.probation_region
    from days
    inner join eligible
        on
            days.period_end >= eligible.started_on
            and coalesce(days.period_end < eligible.ended_on, true)
    left join people_with_case on eligible.person_key = people_with_case.person_key
    where people_with_case.person_key is null
),

added_to_recalls as (
    {{
        events_in_periods(
            'added', 'termination_added_on', [],
            period_types=['month', 'quarter', 'calendar_year', 'financial_year']
        )
    }}
    union all
    select
        days.period_type,
        days.period_start,
        days.period_end
    from days
    inner join added
        on
            days.period_end >= added.termination_added_on
            and days.period_end >= added.referred_on
            and coalesce(days.period_end < added.concluded_on, true)
)

{{
    figures_from_records(
        'referred', 'termination_referrals', 'cases', [[], ['probation_region'], ['regime'], ['surge']]
    )
}}
union all
{{ figures_from_records('waiting', 'termination_referrals', 'cases', statistic='awaiting_decision') }}
union all
{{
    figures_from_records(
        'waiting', 'termination_referrals', 'cases', statistic='awaiting_decision_past_target',
        value='count(*) filter (where is_past_target)'
    )
}}
union all
{{
    figures_from_records(
        'not_yet_referred', 'termination_not_yet_referred', 'cases',
        [[], ['probation_region'], ['status'], ['surge']]
    )
}}
union all
{{
    figures_from_records(
        'eligible_without_case', 'termination_not_yet_referred', 'people', [[], ['probation_region']],
        statistic='eligible_without_case'
    )
}}
union all
{{
    figures_from_records(
        'decided', 'termination_decisions', 'cases',
        [[], ['outcome'], ['finality'], ['probation_region'], ['regime'], ['surge']]
    )
}}
union all
{{ divisions_from_records('decided', 'termination_outcome_share', 'outcome') }}
union all
{{
    divisions_from_records(
        'decided_finally', 'termination_outcome_share', 'outcome', statistic='share_of_final_decisions'
    )
}}
union all
{{
    figures_from_records(
        'decided', 'termination_decision_days', 'days', [[], ['finality']], statistic='median',
        value='median(days_to_decide)', denominator='count(*)'
    )
}}
union all
{{
    figures_from_records(
        'decided', 'termination_decision_days', 'days', [[], ['finality']], statistic='upper_quartile',
        value='quantile_cont(days_to_decide, 0.75)', denominator='count(*)'
    )
}}
union all
{{
    shares_from_records(
        'decided_under_target', 'termination_decision_days', 'days_to_decide <= target_days', [[], ['finality']],
        statistic='share_within_target'
    )
}}
union all
{{ figures_from_records('added_to_recalls', 'termination_added_to_recall_referral', 'cases') }}
