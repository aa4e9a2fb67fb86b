with periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year', 'financial_year')
),

recalls as (
    select
        probation_region,
        licence_revoked_on
    from {{ ref('int_recalls') }}
),

recalled as (
    {{ events_in_periods('recalls', 'licence_revoked_on', ['probation_region']) }}
),

licences as (
    select
        probation_region,
        started_on,
        ended_on
    from {{ ref('int_person_spells') }}
    where
        status = 'on_licence'
        and not is_supervision_suspended
),

-- The caseload is counted on the day before the period and at the end of each quarter in it.
days as (
    select
        period_type,
        period_start,
        period_end,
        {{ plus_days('period_start', -1) }} as counted_on
    from periods
    union all
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        quarters.period_end as counted_on
    from periods
    inner join periods as quarters
        on
            quarters.period_type = 'quarter'
            and quarters.period_end between periods.period_start and periods.period_end
),

distinct_days as (
    select distinct counted_on
    from days
),

caseloads as (
    select
        distinct_days.counted_on,
        licences.probation_region,
        count(*) as people
    from distinct_days
    inner join licences
        on
            distinct_days.counted_on >= licences.started_on
            and (licences.ended_on is null or distinct_days.counted_on < licences.ended_on)
    group by
        distinct_days.counted_on,
        licences.probation_region
),

counts_of_days as (
    select
        period_type,
        period_start,
        period_end,
        count(*) as days_counted
    from days
    group by
        period_type,
        period_start,
        period_end
),

person_days as (
    select
        days.period_type,
        days.period_start,
        days.period_end,
        caseloads.probation_region,
        sum(caseloads.people) as person_days,
        max(counts_of_days.days_counted) as days_counted
    from days
    inner join counts_of_days
        on
            days.period_type = counts_of_days.period_type
            and days.period_start = counts_of_days.period_start
    inner join caseloads on days.counted_on = caseloads.counted_on
    group by
        days.period_type,
        days.period_start,
        days.period_end,
        caseloads.probation_region
),

-- A region with recalls and no caseload must not drop out of the total, so the two are set under each other.
-- Whole numbers are summed, which gives the same in any order.
recalls_and_caseloads as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        1 as recalls,
        0 as person_days,
        null as days_counted
    from recalled
    union all
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        0 as recalls,
        person_days,
        days_counted
    from person_days
)

{{ counted([
    {
        'from': 'recalls_and_caseloads',
        'by': [[], ['probation_region']],
        'columns': {
            'recalls': 'sum(recalls)',
            'people_on_licence': 'coalesce(round(1e0 * sum(person_days) / max(days_counted)), 0)',
            'rate_per_100': '100e0 * sum(recalls) * max(days_counted) / nullif(sum(person_days), 0)'
        }
    },
]) }}
