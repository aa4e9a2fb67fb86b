-- What a history ends with is what the marts show: the same value and status, whichever release said so last.
with last_changes as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        new_value,
        new_value_status
    from {{ ref('revisions') }}
    where is_current
),

latest_vintages as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        value_status
    from {{ ref('int_figures_with_latest') }}
    where is_latest and not is_silence
)

select
    latest_vintages.measure,
    latest_vintages.breakdown,
    latest_vintages.period_end,
    last_changes.new_value,
    last_changes.new_value_status,
    latest_vintages.value,
    latest_vintages.value_status
from latest_vintages
full outer join last_changes
    on
        latest_vintages.measure = last_changes.measure
        and latest_vintages.breakdown = last_changes.breakdown
        and latest_vintages.period_type = last_changes.period_type
        and latest_vintages.period_start = last_changes.period_start
        and latest_vintages.period_end = last_changes.period_end
where
    latest_vintages.value is distinct from last_changes.new_value
    or latest_vintages.value_status is distinct from last_changes.new_value_status
