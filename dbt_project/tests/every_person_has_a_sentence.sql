-- A recall or release of somebody without a sentence record would be left out of every count in silence.
with people as (
    select person_key
    from {{ ref('int_people') }}
),

named as (
    select person_key
    from {{ ref('stg_ppud_recall') }}
    union
    select person_key
    from {{ ref('stg_ppud_release') }}
    union
    select person_key
    from {{ ref('stg_ndelius_caseload') }}
    union
    select person_key
    from {{ ref('stg_nomis_custody_snapshot') }}
)

select count(*) as people_without_a_sentence
from named
left join people on named.person_key = people.person_key
where people.person_key is null
having count(*) > 0
