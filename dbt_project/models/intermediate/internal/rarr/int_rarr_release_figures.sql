with releases as (
    select
        recall_id,
        sex,
        probation_region,
        released_on
    from {{ ref('stg_ppud_release') }}
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
    from {{ ref('stg_ppud_rarr') }}
    where decision = 'released'
    group by
        recall_id,
        released_on
),

releases_and_recalls as (
    select
        releases.sex,
        releases.probation_region,
        releases.released_on,
        releases.released_on - returns.returned_to_custody_on as days_on_recall,
        expected_hearings.expected_hearing_on - releases.released_on as days_saved
    from releases
    left join returns on releases.recall_id = returns.recall_id
    left join expected_hearings
        on
            releases.recall_id = expected_hearings.recall_id
            and releases.released_on = expected_hearings.released_on
),

released_in_months as (
    {{ events_in_periods('releases', 'released_on', ['sex', 'probation_region'], ['month']) }}
),

released as (
    {{
        events_in_periods(
            'releases_and_recalls', 'released_on', ['sex', 'probation_region', 'days_on_recall', 'days_saved']
        )
    }}
)

{{ figures_from_records('released_in_months', 'rarr_releases', 'releases', [[], ['sex'], ['probation_region']]) }}
union all
{{ figures_from_records('released', 'rarr_releases', 'releases', [[], ['sex'], ['probation_region']]) }}
union all
{{ figures_from_records('released', 'rarr_days_on_recall', 'releases', value='count(days_on_recall)') }}
union all
{{ distribution_from_records('released', 'rarr_days_on_recall', 'days', 'days_on_recall') }}
union all
{{ figures_from_records('released', 'rarr_days_saved', 'releases', value='count(days_saved)') }}
union all
{{ distribution_from_records('released', 'rarr_days_saved', 'days', 'days_saved') }}
