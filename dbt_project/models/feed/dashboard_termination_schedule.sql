with counts as (
    select
        case termination_schedule.route
            when 'parole_board' then 'Referral to the Parole Board'
            else 'Automatic end'
        end as series,
        'People on licence' as category,
        {{ counted_figure('termination_schedule', 'people', 'people') }}
    from {{ ref('termination_schedule') }} as termination_schedule
    where
        termination_schedule.period_type = 'month'
        and termination_schedule.is_total
        and termination_schedule.period_end > termination_schedule.extract_as_at
        and termination_schedule.period_end <= {{ plus_years('termination_schedule.extract_as_at', 5) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block('termination_schedule', series_in_order=['Referral to the Parole Board', 'Automatic end']) }}
