{{ config(materialized='table') }}

with spells as (
    select
        duration,
        first_or_rerelease,
        started_on,
        has_happened,
        days
    from {{ ref('int_survival_spells') }}
),

periods as (
    select
        period_type,
        period_start,
        period_end
    from {{ ref('int_reporting_periods') }}
    where period_type in ('quarter', 'calendar_year')
    union all
    -- All quarters together, for an estimate that rests on everybody.
    select
        'period' as period_type,
        min(period_start) as period_start,
        max(period_end) as period_end
    from {{ ref('int_reporting_periods') }}
    where period_type = 'quarter'
),

begun as (
    select
        spells.duration,
        spells.first_or_rerelease,
        periods.period_type,
        periods.period_start,
        periods.period_end,
        spells.has_happened,
        spells.days
    from periods
    inner join spells on spells.started_on between periods.period_start and periods.period_end
),

followed as (
    select
        duration,
        'all' as first_or_rerelease,
        period_type,
        period_start,
        period_end,
        has_happened,
        days
    from begun
    union all
    select
        duration,
        first_or_rerelease,
        period_type,
        period_start,
        period_end,
        has_happened,
        days
    from begun
    where first_or_rerelease is not null
)

{{
    kaplan_meier(
        'followed',
        ['duration', 'first_or_rerelease', 'period_type', 'period_start', 'period_end'],
        'days',
        'has_happened'
    )
}}
