{{ config(materialized='table') }}

with releases as (
    select
        release_id,
        person_key,
        release_kind,
        released_on,
        as_at
    from {{ source('records', 'ppud_release') }}
),

recalls as (
    select
        person_key,
        licence_revoked_on,
        returned_to_custody_on,
        rereleased_on,
        sentence_ended_on,
        as_at
    from {{ ref('int_recalls') }}
),

sentence_ends as (
    select
        person_key,
        ended_on
    from {{ ref('int_sentence_ends') }}
),

released_and_recalled as (
    select
        releases.release_id,
        releases.person_key,
        releases.release_kind,
        releases.released_on,
        releases.as_at,
        min(recalls.licence_revoked_on) as licence_revoked_on
    from releases
    left join recalls
        on
            releases.person_key = recalls.person_key
            and releases.released_on <= recalls.licence_revoked_on
    group by
        releases.release_id,
        releases.person_key,
        releases.release_kind,
        releases.released_on,
        releases.as_at
),

spells as (
    select
        'time_to_recall' as duration,
        released_and_recalled.release_kind as first_or_rerelease,
        released_and_recalled.released_on as started_on,
        released_and_recalled.licence_revoked_on as happened_on,
        coalesce(sentence_ends.ended_on, released_and_recalled.as_at) as sentence_ended_on,
        released_and_recalled.as_at
    from released_and_recalled
    left join sentence_ends on released_and_recalled.person_key = sentence_ends.person_key
    union all
    select
        'time_recalled_all' as duration,
        null as first_or_rerelease,
        returned_to_custody_on as started_on,
        rereleased_on as happened_on,
        coalesce(sentence_ended_on, as_at) as sentence_ended_on,
        as_at
    from recalls
    where returned_to_custody_on is not null
),

-- What comes first ends the following; a sentence cannot end before it is followed, even if a late record says so.
followed as (
    select
        duration,
        first_or_rerelease,
        started_on,
        coalesce(happened_on <= sentence_ended_on, false) as has_happened,
        greatest(least(coalesce(happened_on, as_at), sentence_ended_on, as_at), started_on) as followed_until
    from spells
)

select
    duration,
    first_or_rerelease,
    started_on,
    has_happened,
    {{ days_between('started_on', 'followed_until') }} as days
from followed
