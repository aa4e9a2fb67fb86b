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
        amount
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
    from {{ ref('stg_ndelius_caseload') }}
    where supervision_suspended_on is not null
),

-- Years on licence without a break, by the rule in force on the day.
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
    asof inner join rules
        on
            people.sentence_type = rules.sentence_type
            and people.period_end >= rules.in_force_from
),

-- Those suspended already stay past the threshold, and are counted as the published table counts them.
eligible as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        sentence_type,
        years_since_release
    from judged
    where is_past_threshold
),

suspended as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        sentence_type,
        years_since_release
    from judged
    where is_supervision_suspended
),

started as (
    {{
        events_in_periods(
            'supervisions', 'supervision_suspended_on', ['probation_region', 'sentence_type'],
            ['quarter', 'calendar_year']
        )
    }}
)

{{
    figures_from_records(
        'eligible', 'suspension_of_supervision', 'people',
        [[], ['probation_region'], ['sentence_type'], ['years_since_release']], statistic='eligible'
    )
}}
union all
{{
    figures_from_records(
        'suspended', 'suspension_of_supervision', 'people',
        [[], ['probation_region'], ['sentence_type'], ['years_since_release']], statistic='suspended'
    )
}}
union all
{{
    figures_from_records(
        'started', 'suspension_of_supervision', 'people', [[], ['probation_region'], ['sentence_type']],
        statistic='newly_suspended'
    )
}}
