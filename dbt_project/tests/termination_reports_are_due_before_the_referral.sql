-- A termination report is due four weeks before the referral (seed dated_rules). On time means by the deadline in the
-- log of reports, so a log that keeps another deadline would silently change the share on time.
with leads as (
    select
        sentence_type,
        in_force_from,
        amount
    from {{ ref('dated_rules') }}
    where
        rule = 'termination_report_lead'
        and in_force_from is not null
),

reports as (
    select
        reports.sentence_type,
        reports.due_on,
        cases.referral_due_on
    from {{ source('records', 'termination_reports') }} as reports
    inner join {{ source('records', 'ppud_termination_review') }} as cases
        on reports.termination_review_id = cases.termination_review_id
)

select
    reports.due_on,
    reports.referral_due_on,
    count(*) as reports
from reports
asof inner join leads
    on
        reports.sentence_type = leads.sentence_type
        and reports.referral_due_on >= leads.in_force_from
where reports.due_on <> reports.referral_due_on - leads.amount
group by
    reports.due_on,
    reports.referral_due_on
