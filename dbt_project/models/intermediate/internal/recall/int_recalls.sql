{{ config(materialized='table') }}

with recalls as (
    select
        person_key,
        recall_id,
        sex,
        sentence_type,
        probation_region,
        recall_number,
        licence_revoked_on,
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
        as_at
    from {{ source('records', 'ppud_recall') }}
    -- Rescinded before it took effect: not a recall.
    where rescinded_on is null
),

rereleases as (
    select
        recall_id,
        min(released_on) as released_on
    from {{ source('records', 'ppud_release') }}
    where release_kind = 're_release'
    group by recall_id
),

ethnicities as (
    select
        person_key,
        ethnicity
    from {{ ref('int_people') }}
),

sentence_ends as (
    select
        person_key,
        ended_on
    from {{ ref('int_sentence_ends') }}
)

select
    recalls.person_key,
    recalls.recall_id,
    recalls.sex,
    recalls.sentence_type,
    recalls.probation_region,
    ethnicities.ethnicity,
    case
        when recalls.recall_number >= 5 then '5_or_more'
        else cast(recalls.recall_number as {{ dbt.type_string() }})
    end as recall_number,
    recalls.licence_revoked_on,
    recalls.returned_to_custody_on,
    rereleases.released_on as rereleased_on,
    sentence_ends.ended_on as sentence_ended_on,
    recalls.further_charge,
    recalls.non_compliance,
    recalls.failed_to_keep_in_touch,
    recalls.failed_to_reside,
    recalls.drugs_or_alcohol,
    recalls.other_reason,
    recalls.criterion = 'OUT_OF_TOUCH' or recalls.failed_to_keep_in_touch as is_out_of_touch,
    recalls.allegation_unsubstantiated_on,
    recalls.agreed_by_deputy_head,
    recalls.disregarded_on,
    recalls.as_at
from recalls
left join rereleases on recalls.recall_id = rereleases.recall_id
left join ethnicities on recalls.person_key = ethnicities.person_key
left join sentence_ends on recalls.person_key = sentence_ends.person_key
