with records as (
    select
        person_key,
        recall_id,
        sex,
        sentence_type,
        probation_region,
        recall_number,
        licence_revoked_on,
        rescinded_on,
        returned_to_custody_on,
        criterion,
        further_charge,
        non_compliance,
        failed_to_keep_in_touch,
        failed_to_reside,
        drugs_or_alcohol,
        other_reason,
        allegation_unsubstantiated_on,
        agreed_by_deputy_head,
        disregarded_on,
        source_kind,
        as_at,
        source_file
    from {{ source('internal_landing', 'ppud_recall') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select max(as_at) as as_at
    from records
)

select
    records.person_key,
    records.recall_id,
    records.sex,
    records.sentence_type,
    records.probation_region,
    records.recall_number,
    records.licence_revoked_on,
    records.rescinded_on,
    records.returned_to_custody_on,
    records.criterion,
    records.further_charge,
    records.non_compliance,
    records.failed_to_keep_in_touch,
    records.failed_to_reside,
    records.drugs_or_alcohol,
    records.other_reason,
    records.allegation_unsubstantiated_on,
    records.agreed_by_deputy_head,
    records.disregarded_on,
    records.source_kind,
    records.as_at,
    records.source_file
from records
inner join newest on records.as_at = newest.as_at
