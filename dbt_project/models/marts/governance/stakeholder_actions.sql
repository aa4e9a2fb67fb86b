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

held as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        extract_as_at,
        1 as preference
    from {{ ref('internal_figures') }}
    where breakdown = ''
    union all
    select
        measure,
        'count' as statistic,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        cast(null as date) as extract_as_at,
        2 as preference
    from {{ ref('figures') }}
    where
        breakdown = ''
        and is_latest
),

-- The newest figure in all: counted from records, else the one printed.
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
        source_kind,
        extract_as_at,
        row_number() over newest_first as place
    from held
    window newest_first as (
        partition by measure, statistic
        order by preference asc, period_end desc, period_start desc
    )
),

newest as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        source_kind,
        extract_as_at
    from in_order
    where place = 1
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
    newest.unit,
    coalesce(newest.value_status, 'unavailable') as value_status,
    newest.source_kind,
    newest.extract_as_at
from actions
left join answers on actions.action = answers.action
left join newest
    on
        answers.measure = newest.measure
        and answers.statistic = newest.statistic
