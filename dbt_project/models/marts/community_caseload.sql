-- Supervision in force and not suspended, as the published caseload counts it.
with in_community as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        sex,
        sentence_type,
        {{ year_band('years_since_first_release') }} as years_since_first_release,
        {{ year_band('years_in_status') }} as years_since_last_release
    from {{ ref('int_people_on_days') }}
    where
        location = 'community'
        and not is_supervision_suspended
),

baselines as (
    select
        since,
        baseline_on
    from {{ ref('caseload_baselines') }}
),

caseloads as (
    select
        period_type,
        period_start,
        period_end,
        count(*) as people
    from in_community
    group by
        period_type,
        period_start,
        period_end
),

falls as (
    select
        caseloads.period_type,
        caseloads.period_start,
        caseloads.period_end,
        baselines.since,
        caseloads.people - baseline.people as change_in_people,
        baseline.people as people_on_baseline_day
    from caseloads
    inner join baselines on caseloads.period_end > baselines.baseline_on
    inner join caseloads as baseline on baselines.baseline_on = baseline.period_end
),

counted as (
    {{ counted([
        {
            'from': 'in_community',
            'by': [
                [], ['probation_region'], ['sentence_type'], ['sex'], ['years_since_first_release'],
                ['years_since_last_release'], ['probation_region', 'sex']
            ],
            'columns': {'people': 'count(*)'}
        },
        {
            'from': 'falls',
            'by': [['since']],
            'columns': {
                'percentage_fall': '-100e0 * sum(change_in_people) / sum(people_on_baseline_day)',
                'change_in_people': 'sum(change_in_people)',
                'people_on_baseline_day': 'sum(people_on_baseline_day)'
            }
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {'measure': 'community_caseload_fall', 'where': "counted.breakdown = 'since'"},
        {'measure': 'ipp_community_caseload'}
    ],
    ['people', 'percentage_fall', 'change_in_people', 'people_on_baseline_day']
) }}
