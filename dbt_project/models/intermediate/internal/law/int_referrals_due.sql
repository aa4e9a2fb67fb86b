{{ config(materialized='table') }}

with dates as (
    select distinct
        person_key,
        sentence_type,
        regime,
        greatest(referral_on, in_force_from) as referral_due_on,
        in_force_until
    from {{ ref('int_licence_termination_dates') }}
    where referral_on is not null
),

report_leads as (
    select
        sentence_type,
        amount
    from {{ ref('dated_rules') }}
    where rule = 'termination_report_lead'
),

-- The first day on which the regime then in force says that the period is over.
first_due as (
    select
        person_key,
        sentence_type,
        min(referral_due_on) as referral_due_on,
        min_by(regime, referral_due_on) as regime
    from dates
    where in_force_until is null or referral_due_on < in_force_until
    group by
        person_key,
        sentence_type
)

select
    first_due.person_key,
    first_due.regime,
    first_due.referral_due_on,
    {{ plus_days('first_due.referral_due_on', '(-report_leads.amount)') }} as report_due_on
from first_due
inner join report_leads on first_due.sentence_type = report_leads.sentence_type
