with releases as (
    select
        recall_id,
        sex,
        probation_region,
        released_on
    from {{ source('records', 'ppud_release') }}
    where
        route = 'rarr'
        and released_on >= date '{{ var("rarr_in_force_from") }}'
),

returns as (
    select
        recall_id,
        returned_to_custody_on
    from {{ ref('int_recalls') }}
),

-- The hearing as it was expected at the decision; the review itself goes on to give the hearing that took its place.
expected_hearings as (
    select
        recall_id,
        released_on,
        max(expected_hearing_on) as expected_hearing_on
    from {{ source('records', 'ppud_rarr') }}
    where decision = 'released'
    group by
        recall_id,
        released_on
)

select
    releases.sex,
    releases.probation_region,
    releases.released_on,
    {{ days_between('returns.returned_to_custody_on', 'releases.released_on') }} as days_on_recall,
    {{ days_between('releases.released_on', 'expected_hearings.expected_hearing_on') }} as days_saved
from releases
left join returns on releases.recall_id = returns.recall_id
left join expected_hearings
    on
        releases.recall_id = expected_hearings.recall_id
        and releases.released_on = expected_hearings.released_on
