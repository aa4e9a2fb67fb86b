with positions as (
    select
        person_key,
        position,
        status,
        probation_region,
        sentence_type,
        started_on,
        ended_on
    from {{ ref('int_termination_positions') }}
),

referrals as (
    select
        person_key,
        referral_due_on
    from {{ ref('int_referrals_due') }}
),

automatic_ends as (
    select
        person_key,
        automatic_end_on
    from {{ ref('int_automatic_ends') }}
    where broken_on is null
),

-- On licence on the day their referral falls due.
fallen_due as (
    select
        'parole_board' as route,
        referrals.referral_due_on,
        positions.probation_region,
        positions.sentence_type
    from referrals
    inner join positions
        on
            referrals.person_key = positions.person_key
            and referrals.referral_due_on >= positions.started_on
            and (positions.ended_on is null or referrals.referral_due_on < positions.ended_on)
    where positions.position = 'eligible_on_licence'
),

fallen_due_in_months as (
    {{ events_in_periods('fallen_due', 'referral_due_on', ['route'], ['month']) }}
),

fallen_due_in_quarters as (
    {{
        events_in_periods(
            'fallen_due', 'referral_due_on', ['route', 'probation_region', 'sentence_type'], ['quarter'],
            published_for='termination_eligibility'
        )
    }}
),

on_licence_now as (
    select
        positions.person_key,
        extracts.extract_as_at
    from {{ ref('int_extract') }} as extracts
    inner join positions
        on
            extracts.extract_as_at >= positions.started_on
            and (positions.ended_on is null or extracts.extract_as_at < positions.ended_on)
    where positions.status = 'on_licence'
),

-- People on licence on the day of the extract, by the day of what comes if nothing happens before.
to_come as (
    select
        'automatic' as route,
        automatic_ends.automatic_end_on as comes_on
    from on_licence_now
    inner join automatic_ends
        on
            on_licence_now.person_key = automatic_ends.person_key
            and on_licence_now.extract_as_at < automatic_ends.automatic_end_on
    union all
    select
        'parole_board' as route,
        referrals.referral_due_on as comes_on
    from on_licence_now
    inner join referrals
        on
            on_licence_now.person_key = referrals.person_key
            and on_licence_now.extract_as_at < referrals.referral_due_on
),

months_to_come as (
    select
        'month' as period_type,
        cast({{ dbt.date_trunc('month', 'comes_on') }} as date) as period_start,
        cast({{ dbt.last_day('comes_on', 'month') }} as date) as period_end,
        route
    from to_come
),

counted as (
    {{ counted([
        {'from': 'fallen_due_in_months', 'columns': {'people': 'count(*)'}},
        {
            'from': 'fallen_due_in_quarters',
            'by': [[], ['sentence_type'], ['probation_region']],
            'columns': {'people': 'count(*)'}
        },
        {'from': 'months_to_come', 'columns': {'people': 'count(*)'}},
    ], keys=['route']) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {
            'measure': 'termination_eligible',
            'where': "counted.route = 'parole_board' and counted.is_total",
            'breakdown': 'event=newly_eligible'
        },
    ],
    ['people'], keys=['route']
) }}
