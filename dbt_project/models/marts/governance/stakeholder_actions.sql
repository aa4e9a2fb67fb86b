with actions as (
    select
        action,
        item,
        owner,
        status,
        action_text,
        coalesce(status_note, '') as status_note,
        minutes_of,
        source_kind as action_source_kind
    from {{ ref('actions_of_the_minutes') }}
),

answers as (
    select
        actions_and_measures.action,
        actions_and_measures.measure,
        actions_and_measures.statistic,
        actions_and_measures.says,
        measures.mart
    from {{ ref('actions_and_measures') }} as actions_and_measures
    inner join {{ ref('measures') }} as measures on actions_and_measures.measure = measures.key
),

in_order as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        row_number() over newest_first as place
    from {{ ref('internal_figures') }}
    where breakdown = ''
    window newest_first as (
        partition by measure, statistic
        order by period_end desc, period_start desc
    )
),

-- The newest figure in all; of periods that end on one day the shortest.
newest as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status
    from in_order
    where place = 1
),

extract as (
    select
        max(source_kind) as source_kind,
        max(extract_as_at) as extract_as_at
    from {{ ref('internal_figures') }}
)

select
    actions.action,
    actions.item,
    actions.owner,
    actions.status,
    actions.action_text,
    actions.status_note,
    actions.minutes_of,
    actions.action_source_kind,
    coalesce(answers.measure, '') as measure,
    coalesce(answers.statistic, '') as statistic,
    coalesce(answers.says, '') as says,
    coalesce(answers.mart, '') as mart,
    newest.period_type,
    newest.period_start,
    newest.period_end,
    newest.value,
    coalesce(newest.unit, '') as unit,
    coalesce(newest.value_status, 'unavailable') as value_status,
    extract.source_kind,
    extract.extract_as_at
from actions
cross join extract
left join answers on actions.action = answers.action
left join newest
    on
        answers.measure = newest.measure
        and answers.statistic = newest.statistic
