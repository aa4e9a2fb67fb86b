with figures as (
    {{ internal_mart(
        measures=['opd_screened_in', 'opd_activity', 'opd_formulations', 'opd_services'],
        dimensions=['location', 'probation_region', 'service_type', 'sex', 'stage']
    ) | indent(4) }}
),

earlier as (
    select
        measure,
        statistic,
        location,
        probation_region,
        service_type,
        sex,
        stage,
        period_end + interval 1 day as next_period_start,
        value
    from figures
)

-- A change of protected values gives away no value that is not shown.
select
    figures.measure,
    figures.statistic,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.location,
    figures.probation_region,
    figures.service_type,
    figures.sex,
    figures.stage,
    figures.value,
    figures.value - earlier.value as change_from_previous_quarter,
    figures.numerator,
    figures.denominator,
    figures.unit,
    figures.value_status,
    figures.source_kind,
    figures.extract_as_at
from figures
left join earlier
    on
        figures.measure = earlier.measure
        and figures.statistic = earlier.statistic
        and figures.location = earlier.location
        and figures.probation_region = earlier.probation_region
        and figures.service_type = earlier.service_type
        and figures.sex = earlier.sex
        and figures.stage = earlier.stage
        and figures.period_start = earlier.next_period_start
