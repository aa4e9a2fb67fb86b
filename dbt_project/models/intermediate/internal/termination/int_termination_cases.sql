{{ config(materialized='table') }}

-- Cases for the Parole Board only: a licence that ends by itself is neither referred nor decided.
with cases as (
    select
        person_key,
        sentence_type,
        probation_region,
        termination_regime as regime,
        is_surge_case,
        referral_due_on,
        referred_on,
        decided_on,
        outcome
    from {{ source('records', 'ppud_termination_review') }}
    where termination_route = 'parole_board'
),

-- A target whose first day is not known is not in force.
targets as (
    select
        sentence_type,
        in_force_from,
        lead(in_force_from) over (
            partition by sentence_type
            order by in_force_from
        ) as in_force_until,
        amount as target_days
    from {{ ref('dated_rules') }}
    where
        rule = 'termination_decision_target'
        and in_force_from is not null
)

select
    cases.person_key,
    cases.sentence_type,
    cases.probation_region,
    cases.regime,
    cases.referral_due_on,
    cases.referred_on,
    cases.decided_on,
    cases.outcome,
    targets.target_days,
    {{ days_between('cases.referred_on', 'cases.decided_on') }} as days_to_decide,
    case when cases.is_surge_case then 'yes' else 'no' end as surge,
    case
        when cases.outcome in ('terminated', 'refused_licence_varied', 'refused') then 'final'
        when cases.outcome is not null then 'not_final'
    end as finality
from cases
left join targets
    on
        cases.sentence_type = targets.sentence_type
        and cases.referred_on >= targets.in_force_from
        and (targets.in_force_until is null or cases.referred_on < targets.in_force_until)
