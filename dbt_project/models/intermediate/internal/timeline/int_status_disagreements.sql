{{ config(materialized='table') }}

-- Every person on the day of the extracts: where NOMIS and nDelius have them, and the status derived from events.
with extracts as (
    select
        max(as_at) as as_at,
        count(*) filter (where extract = 'nomis_custody_snapshot') > 0 as has_nomis,
        count(*) filter (where extract = 'ndelius_caseload') > 0 as has_ndelius
    from {{ source('records', 'files_read') }}
),

person_statuses as (
    select
        status,
        location,
        custody_status
    from {{ ref('person_statuses') }}
),

derived as (
    select
        statuses.person_key,
        coalesce(person_statuses.location, 'sentence_over') as location,
        person_statuses.custody_status
    from {{ ref('int_person_statuses') }} as statuses
    inner join person_statuses on statuses.status = person_statuses.status
    inner join extracts
        on
            statuses.started_on <= extracts.as_at
            and (statuses.ended_on is null or statuses.ended_on > extracts.as_at)
),

prisoners as (
    select
        person_key,
        case legal_status when 'RECALL' then 'recalled' else 'unreleased' end as custody_status
    from {{ source('records', 'nomis_custody_snapshot') }}
),

-- A suspension leaves the licence in force.
supervised as (
    select distinct person_key
    from {{ source('records', 'ndelius_caseload') }}
    where
        supervision_started_on <= as_at
        and (supervision_ended_on is null or supervision_ended_on > as_at)
),

known as (
    select person_key from derived
    union
    select person_key from prisoners
    union
    select person_key from supervised
),

compared as (
    select
        known.person_key,
        prisoners.person_key is not null or coalesce(derived.location = 'prison', false) as is_prisoner,
        supervised.person_key is not null or coalesce(derived.location = 'community', false) as is_supervised,
        case
            when not extracts.has_nomis then null
            when prisoners.person_key is null
                then case when derived.location = 'prison' then 'derived_in_prison_not_in_nomis' end
            when derived.custody_status <> prisoners.custody_status
                then 'nomis_' || prisoners.custody_status || '_derived_' || derived.custody_status
            when derived.custody_status is null
                then 'in_nomis_derived_' || coalesce(derived.location, 'sentence_over')
        end as nomis_kind,
        case
            when not extracts.has_ndelius then null
            when supervised.person_key is null
                then case when derived.location = 'community' then 'derived_community_not_in_ndelius' end
            when derived.location = 'community' then null
            else 'in_ndelius_derived_' || coalesce(derived.location, 'sentence_over')
        end as ndelius_kind
    from known
    cross join extracts
    left join derived on known.person_key = derived.person_key
    left join prisoners on known.person_key = prisoners.person_key
    left join supervised on known.person_key = supervised.person_key
),

kinds as (
    select nomis_kind as kind
    from compared
    where nomis_kind is not null
    union all
    select ndelius_kind as kind
    from compared
    where ndelius_kind is not null
    union all
    select 'any_disagreement' as kind
    from compared
    where nomis_kind is not null or ndelius_kind is not null
),

counts as (
    select
        kind,
        count(*) as people
    from kinds
    group by kind
),

-- Those whom the system or the derived status places in prison, or on licence.
totals as (
    select
        count(*) filter (where is_prisoner) as prisoners,
        count(*) filter (where is_supervised) as supervised,
        count(*) filter (where is_prisoner or is_supervised) as people
    from compared
),

declared as (
    select
        kind,
        compared_with,
        at_most_people,
        at_most_percent,
        look_at,
        reason
    from {{ ref('status_disagreements') }}
)

-- An undeclared kind has no row in the seed and no tolerance: any number is outside.
select
    coalesce(declared.kind, counts.kind) as kind,
    coalesce(declared.compared_with, 'any') as compared_with,
    case
        when declared.compared_with = 'nomis_custody_snapshot' then extracts.has_nomis
        when declared.compared_with = 'ndelius_caseload' then extracts.has_ndelius
        else extracts.has_nomis or extracts.has_ndelius
    end as is_compared,
    coalesce(counts.people, 0) as people,
    greatest(
        coalesce(declared.at_most_people, 0),
        cast(
            floor(
                case declared.compared_with
                    when 'nomis_custody_snapshot' then totals.prisoners
                    when 'ndelius_caseload' then totals.supervised
                    else totals.people
                end * coalesce(declared.at_most_percent, 0) / 100
            ) as integer
        )
    ) as at_most,
    coalesce(declared.look_at, 'the kinds that the seed status_disagreements declares') as look_at,
    coalesce(declared.reason, 'None is declared') as reason,
    extracts.as_at
from declared
full outer join counts on declared.kind = counts.kind
cross join totals
cross join extracts
where extracts.as_at is not null
