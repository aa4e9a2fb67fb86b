{% set period_types = ['month', 'quarter', 'calendar_year', 'financial_year'] -%}
{% set all_of_the_period = 'sum(count(*)) over (partition by period_type, period_start, period_end)' -%}

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

-- By the rules alone, without the log of cases. Counts of cases miss a person without a case there.
eligible_without_case as (
    select
        positions.probation_region,
        positions.started_on,
        positions.ended_on
    from {{ ref('int_termination_positions') }} as positions
    left join cases on positions.person_key = cases.person_key
    where
        positions.position = 'eligible_on_licence'
        and cases.person_key is null
),

recall_reviews as (
    select
        referred_on,
        concluded_on,
        termination_added_on
    from {{ source('records', 'ppud_review') }}
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
    from {{ ref('int_published_periods') }}
    where mart = 'termination_reviews'
),

cases_on_days as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        cases.probation_region,
        cases.regime,
        cases.surge,
        cases.outcome,
        cases.finality,
        cases.target_days,
        cases.days_to_decide,
        licences_in_force.status,
        licences_in_force.status is not null as is_licence_in_force,
        regimes.regime is not null as is_of_rules_in_force,
        coalesce(days.period_end >= cases.referral_due_on, false) as is_due,
        coalesce(days.period_end >= cases.referred_on, false) as is_referred,
        coalesce(days.period_end >= cases.decided_on, false) as is_decided,
        {{ days_between('cases.referred_on', 'days.period_end') }} > cases.target_days as is_past_target
    from days
    cross join cases
    left join regimes
        on
            cases.regime = regimes.regime
            and days.period_end >= regimes.in_force_from
            and coalesce(days.period_end < regimes.in_force_until, true)
    left join licences_in_force
        on
            cases.person_key = licences_in_force.person_key
            and days.period_end >= licences_in_force.started_on
            and coalesce(days.period_end < licences_in_force.ended_on, true)
),

-- Referrals and decisions as at a day are of the cases of the rules then in force: those under earlier rules are
-- another stock.
referred as (
    {{ events_in_periods('cases', 'referred_on', ['probation_region', 'regime', 'surge'], period_types) }}
    union all
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        regime,
        surge
    from cases_on_days
    where is_referred and is_of_rules_in_force
),

decided as (
    {{
        events_in_periods(
            'cases', 'decided_on',
            ['probation_region', 'regime', 'surge', 'outcome', 'finality', 'days_to_decide', 'target_days'],
            period_types
        )
    }}
    union all
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        regime,
        surge,
        outcome,
        finality,
        days_to_decide,
        target_days
    from cases_on_days
    where is_decided and is_of_rules_in_force
),

eligible_without_case_on_days as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        eligible_without_case.probation_region
    from days
    inner join eligible_without_case
        on
            days.period_end >= eligible_without_case.started_on
            and coalesce(days.period_end < eligible_without_case.ended_on, true)
),

added_to_recall_reviews as (
    {{ events_in_periods('recall_reviews', 'termination_added_on', [], period_types) }}
    union all
    select
        days.period_type,
        days.period_start,
        days.period_end
    from days
    inner join recall_reviews
        on
            days.period_end >= recall_reviews.termination_added_on
            and days.period_end >= recall_reviews.referred_on
            and coalesce(days.period_end < recall_reviews.concluded_on, true)
),

{%- set cases = {'cases': 'count(*)'} %}
{%- set days_to_decide = {
    'median_days_to_decide': quantile('days_to_decide', 0.5),
    'upper_quartile_days_to_decide': quantile('days_to_decide', 0.75),
} %}
{%- set within_target = {
    'cases_with_target': 'count(*)',
    'cases_within_target': count_where('days_to_decide <= target_days'),
    'cases_within_target_percent': percent_where('days_to_decide <= target_days'),
} %}

counted as (
    {{ counted([
        {
            'from': 'eligible_without_case_on_days',
            'set': {'stage': 'eligible_without_case'},
            'by': [[], ['probation_region']],
            'columns': cases
        },
        {
            'from': 'cases_on_days',
            'where': 'is_due and not is_referred and is_licence_in_force',
            'set': {'stage': 'not_yet_referred'},
            'by': [[], ['probation_region'], ['status'], ['surge']],
            'columns': cases
        },
        {'from': 'referred', 'set': {'stage': 'referred'}, 'columns': cases},
        {
            'from': 'referred',
            'where': "period_type <> 'month'",
            'set': {'stage': 'referred'},
            'by': [['probation_region'], ['regime'], ['surge']],
            'columns': cases
        },
        {
            'from': 'cases_on_days',
            'where': 'is_referred and not is_decided and is_licence_in_force',
            'set': {'stage': 'awaiting_decision'},
            'columns': dict(cases, cases_past_target=count_where('is_past_target'))
        },
        {'from': 'decided', 'set': {'stage': 'decided'}, 'columns': dict(cases, **days_to_decide)},
        {
            'from': 'decided',
            'where': "period_type <> 'month'",
            'set': {'stage': 'decided'},
            'by': [['finality']],
            'columns': dict(cases, **days_to_decide)
        },
        {
            'from': 'decided',
            'where': "period_type <> 'month'",
            'set': {'stage': 'decided'},
            'by': [['probation_region'], ['regime'], ['surge']],
            'columns': cases
        },
        {
            'from': 'decided',
            'set': {'stage': 'decided'},
            'by': [['outcome']],
            'columns': {
                'cases': 'count(*)',
                'decided_cases': all_of_the_period,
                'outcome_percent': '100e0 * count(*) / ' ~ all_of_the_period
            }
        },
        {
            'from': 'decided',
            'where': "finality = 'final'",
            'set': {'stage': 'decided'},
            'by': [['outcome']],
            'columns': {
                'finally_decided_cases': all_of_the_period,
                'final_outcome_percent': '100e0 * count(*) / ' ~ all_of_the_period
            }
        },
        {
            'from': 'decided',
            'where': 'target_days is not null',
            'set': {'stage': 'decided'},
            'columns': within_target
        },
        {
            'from': 'decided',
            'where': "target_days is not null and period_type <> 'month'",
            'set': {'stage': 'decided'},
            'by': [['finality']],
            'columns': within_target
        },
        {'from': 'added_to_recall_reviews', 'set': {'stage': 'added_to_recall_review'}, 'columns': cases},
    ], keys=['stage']) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {'measure': 'termination_not_yet_referred', 'where': "counted.stage = 'not_yet_referred'"},
        {'measure': 'termination_referrals', 'where': "counted.stage = 'referred'"},
        {'measure': 'termination_outcome_share', 'where': "counted.stage = 'decided' and counted.breakdown = 'outcome'"},
        {'measure': 'termination_decisions', 'where': "counted.stage = 'decided'"},
        {'measure': 'termination_added_to_recall_referral', 'where': "counted.stage = 'added_to_recall_review'"},
    ],
    [
        'cases', 'cases_past_target', 'median_days_to_decide', 'upper_quartile_days_to_decide', 'decided_cases',
        'outcome_percent', 'finally_decided_cases', 'final_outcome_percent', 'cases_with_target', 'cases_within_target',
        'cases_within_target_percent'
    ],
    keys=['stage']
) }}
