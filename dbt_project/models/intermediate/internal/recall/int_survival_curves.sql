{{ config(materialized='table') }}

with spells as (
    select
        measure,
        event,
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
        spells.measure,
        spells.event,
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
    {%- for dimensions in [[], ['first_or_rerelease']] %}
    select
        measure,
        event,
        {{ breakdown_of(dimensions) }} as breakdown,
        period_type,
        period_start,
        period_end,
        has_happened,
        days
    from begun
    {%- if dimensions %}
    where first_or_rerelease is not null
    {%- else %}
    union all
    {%- endif %}
    {%- endfor %}
)

{{
    kaplan_meier(
        'followed',
        ['measure', 'event', 'breakdown', 'period_type', 'period_start', 'period_end'],
        'days',
        'has_happened'
    )
}}
