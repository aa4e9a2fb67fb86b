{{ config(materialized='table') }}

with releases as (
    select
        person_key,
        recall_id,
        released_on
    from {{ source('records', 'ppud_release') }}
),

-- A recall rescinded before it took effect is not a recall.
recalls as (
    select
        person_key,
        recall_id,
        licence_revoked_on,
        returned_to_custody_on,
        disregarded_on is not null as is_disregarded
    from {{ source('records', 'ppud_recall') }}
    where rescinded_on is null
)

-- A recall ends with the release that names it; where none does, with the next release after the return.
select
    recalls.person_key,
    recalls.recall_id,
    recalls.licence_revoked_on,
    recalls.returned_to_custody_on,
    recalls.is_disregarded,
    coalesce(
        min(releases.released_on) filter (where recalls.recall_id = releases.recall_id),
        min(releases.released_on) filter (
            where releases.released_on > coalesce(recalls.returned_to_custody_on, recalls.licence_revoked_on)
        )
    ) as ended_on
from recalls
left join releases on recalls.person_key = releases.person_key
group by
    recalls.person_key,
    recalls.recall_id,
    recalls.licence_revoked_on,
    recalls.returned_to_custody_on,
    recalls.is_disregarded
