{{ config(materialized='table') }}

-- A licence runs from a release until a recall breaks it. A recall that was disregarded breaks nothing.
with people as (
    select
        person_key,
        first_released_on
    from {{ ref('int_people') }}
    where first_released_on is not null
),

recalls as (
    select
        person_key,
        recall_id,
        licence_revoked_on,
        ended_on
    from {{ ref('int_recall_spans') }}
    where not is_disregarded
),

first_recalls as (
    select
        person_key,
        min(licence_revoked_on) as licence_revoked_on
    from recalls
    group by person_key
),

licences as (
    select
        people.person_key,
        people.first_released_on as continuous_from,
        first_recalls.licence_revoked_on as broken_on
    from people
    left join first_recalls on people.person_key = first_recalls.person_key
    union all
    select
        person_key,
        ended_on as continuous_from,
        lead(licence_revoked_on) over (partition by person_key order by licence_revoked_on, recall_id) as broken_on
    from recalls
)

select
    person_key,
    continuous_from,
    broken_on
from licences
where
    continuous_from is not null
    and (broken_on is null or broken_on > continuous_from)
