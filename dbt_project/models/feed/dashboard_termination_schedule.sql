with schedule as (
    select
        route,
        period_type,
        period_start,
        period_end,
        people,
        source_kind,
        extract_as_at
    from {{ ref('termination_schedule') }}
    where
        period_type = 'month'
        and is_total
        and period_end > extract_as_at
        and period_end <= {{ plus_years('extract_as_at', 5) }}
),

months as (
    select distinct
        period_type,
        period_start,
        period_end,
        source_kind,
        extract_as_at
    from schedule
),

routes as (
    select 'parole_board' as route
    union all
    select 'automatic' as route
),

-- The mart has no row for a route by which nobody becomes eligible in a month: the count is zero.
counts as (
    select
        routes.route,
        months.period_type,
        months.period_start,
        months.period_end,
        coalesce(schedule.people, 0) as people,
        months.source_kind,
        months.extract_as_at
    from months
    cross join routes
    left join schedule
        on
            months.period_end = schedule.period_end
            and routes.route = schedule.route
),

figures as (
    select
        case counts.route
            when 'parole_board' then 'Referral to the Parole Board'
            else 'Automatic end'
        end as series,
        'People on licence' as category,
        {{ counted_figure('counts', 'people', 'people') }}
    from counts
)

{{ dashboard_block('termination_schedule', series_in_order=['Referral to the Parole Board', 'Automatic end']) }}
