with people as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        sentence_type,
        is_supervision_suspended,
        in_status_since,
        {{ year_band('years_in_status') }} as years_since_release
    from {{ ref('int_people_on_days') }}
    where status = 'on_licence'
),

rules as (
    select
        sentence_type,
        in_force_from,
        amount,
        lead(in_force_from) over (partition by sentence_type order by in_force_from) as in_force_until
    from {{ ref('dated_rules') }}
    where
        rule = 'suspension_eligibility'
        and in_force_from is not null
),

supervisions as (
    select
        probation_region,
        sentence_type,
        supervision_suspended_on
    from {{ source('records', 'ndelius_caseload') }}
    where supervision_suspended_on is not null
),

-- Years on licence without a break, by the rule in force on the day. Those suspended already stay past the threshold,
-- and are counted as the published table counts them.
judged as (
    select
        people.period_type,
        people.period_start,
        people.period_end,
        people.probation_region,
        people.sentence_type,
        people.years_since_release,
        people.is_supervision_suspended,
        people.period_end >= {{ years_after('people.in_status_since', 'rules.amount') }} as is_past_threshold
    from people
    inner join rules
        on
            people.sentence_type = rules.sentence_type
            and people.period_end >= rules.in_force_from
            and (rules.in_force_until is null or people.period_end < rules.in_force_until)
),

started as (
    {{
        events_in_periods(
            'supervisions', 'supervision_suspended_on', ['probation_region', 'sentence_type'],
            ['quarter', 'calendar_year']
        )
    }}
),

counted as (
    {{ counted([
        {
            'from': 'judged',
            'where': 'is_past_threshold or is_supervision_suspended',
            'by': [[], ['probation_region'], ['sentence_type'], ['years_since_release']],
            'columns': {
                'people_eligible': count_where('is_past_threshold'),
                'people_suspended': count_where('is_supervision_suspended')
            }
        },
        {
            'from': 'started',
            'by': [[], ['probation_region'], ['sentence_type']],
            'columns': {'people_newly_suspended': 'count(*)'}
        },
    ]) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {
            'measure': 'suspension_of_supervision',
            'where': "counted.is_total and counted.period_type = 'as_at'",
            'breakdown': 'statistic=eligible'
        },
    ],
    ['people_eligible', 'people_suspended', 'people_newly_suspended']
) }}
