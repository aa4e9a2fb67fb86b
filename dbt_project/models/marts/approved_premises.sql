{%- set dimensions = [[], ['pilot_status'], ['probation_region']] -%}
{%- set ended = {
    'stays_ended': 'count(*)',
    'median_weeks': quantile('nights', 0.5) ~ ' / 7',
    'stays_ended_by_recall': count_where('is_recalled'),
    'stays_ended_by_recall_percent': percent_where('is_recalled')
} -%}

with stays as (
    select
        approved_premises,
        pilot_status,
        probation_region,
        arrived_on,
        left_on,
        left_because = 'recalled' as is_recalled,
        {{ days_between('arrived_on', 'left_on') }} as nights
    from {{ source('records', 'approved_premises_stays') }}
),

periods as (
    {{ periods_of_log('stays', 'arrived_on') }}
),

begun as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        stays.approved_premises,
        stays.pilot_status,
        stays.probation_region
    from periods
    inner join stays on stays.arrived_on between periods.period_start and periods.period_end
),

ended as (
    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        stays.approved_premises,
        stays.pilot_status,
        stays.probation_region,
        stays.nights,
        stays.is_recalled
    from periods
    inner join stays on stays.left_on between periods.period_start and periods.period_end
)

{{ counted([
    {'from': 'begun', 'by': dimensions, 'columns': {'stays_begun': 'count(*)'}},
    {
        'from': 'begun',
        'by': [['approved_premises']],
        'where': in_last_four_quarters(),
        'columns': {'stays_begun': 'count(*)'}
    },
    {
        'from': 'begun',
        'by': [[], ['pilot_status']],
        'columns': {'premises': 'count(distinct approved_premises)'}
    },
    {'from': 'ended', 'by': dimensions, 'columns': ended},
    {
        'from': 'ended',
        'by': [['approved_premises']],
        'where': in_last_four_quarters(),
        'columns': ended
    },
]) }}
