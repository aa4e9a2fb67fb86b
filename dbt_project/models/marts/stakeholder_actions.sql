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
        coalesce(actions_and_measures.breakdown, 'total') as breakdown,
        coalesce(measures.mart, '') as mart
    from {{ ref('actions_and_measures') }} as actions_and_measures
    inner join {{ ref('measures') }} as measures on actions_and_measures.measure = measures.key
),

figures as (
    {%- for measure, statistic, unit, mart, column, numerator, denominator, condition in [
        (
            'progression_regime_population', 'count', 'people', 'progression_regimes',
            'people', 'null', 'null', 'people is not null'
        ),
        (
            'progression_regime_recommendations_not_met', 'not_met', 'cases', 'progression_regimes',
            'recommendations_not_met', 'null', 'null', 'recommendations_not_met is not null'
        ),
        (
            'rag_ratings', 'share', 'percent', 'rag_ratings',
            'people_rated_percent', 'people_rated', 'people', 'people_rated is not null'
        ),
        ('rag_ratings', 'count', 'people', 'rag_ratings', 'people', 'null', 'null', "period_type = 'as_at'"),
    ] %}
    select
        '{{ measure }}' as measure,
        '{{ statistic }}' as statistic,
        breakdown,
        category,
        period_type,
        period_start,
        period_end,
        cast({{ column }} as double) as value,
        cast({{ numerator }} as bigint) as numerator,
        cast({{ denominator }} as bigint) as denominator,
        '{{ unit }}' as unit
    from {{ ref(mart) }}
    where
        category_2 = 'all'
        and {{ condition }}
    union all
    {%- endfor %}
    -- The answers to actions 6 to 8 are figures of several breakdowns, so they are taken from the table of all figures.
    select
        measure,
        statistic,
        case when breakdown = '' then 'total' else split_part(breakdown, '=', 1) end as breakdown,
        case when breakdown = '' then 'all' else split_part(breakdown, '=', 2) end as category,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        unit
    from {{ ref('counted_figures') }}
    where
        position(';' in breakdown) = 0
        and measure in (
            'adjournments_by_region', 'rarr_days_on_recall', 'automatic_licence_terminations', 'termination_decisions'
        )
),

periods_in_order as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        row_number() over (
            partition by measure, statistic
            order by period_end desc, period_start desc
        ) as place
    from figures
    where breakdown = 'total'
),

-- The latest figure in total and by the breakdown that the action asks for. Of periods with the same end, the shortest.
latest as (
    select
        answers.action,
        answers.measure,
        answers.statistic,
        figures.breakdown,
        figures.category,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.value,
        figures.numerator,
        figures.denominator,
        figures.unit
    from answers
    inner join periods_in_order as periods
        on
            answers.measure = periods.measure
            and answers.statistic = periods.statistic
            and periods.place = 1
    inner join figures
        on
            periods.measure = figures.measure
            and periods.statistic = figures.statistic
            and periods.period_type = figures.period_type
            and periods.period_start = figures.period_start
            and figures.breakdown in ('total', answers.breakdown)
)

select
    coalesce(latest.period_type, 'as_at') as period_type,
    coalesce(latest.period_start, extracts.extract_as_at, actions.minutes_of) as period_start,
    coalesce(latest.period_end, extracts.extract_as_at, actions.minutes_of) as period_end,
    coalesce(latest.breakdown, 'total') as breakdown,
    coalesce(latest.category, 'all') as category,
    'all' as category_2,
    coalesce(latest.breakdown, 'total') = 'total' as is_total,
    actions.action,
    coalesce(answers.measure, '') as measure,
    coalesce(answers.statistic, '') as statistic,
    actions.item,
    actions.owner,
    actions.status,
    actions.action_text,
    actions.status_note,
    actions.minutes_of,
    actions.action_source_kind,
    coalesce(answers.says, '') as says,
    coalesce(answers.mart, '') as mart,
    latest.value,
    latest.numerator,
    latest.denominator,
    coalesce(latest.unit, '') as unit,
    case
        when latest.action is null then 'unavailable'
        when latest.value is null then 'not_applicable'
        when latest.value = 0 then 'nil'
        else 'final'
    end as value_status,
    extracts.source_kind,
    extracts.extract_as_at
from actions
cross join {{ ref('int_extract') }} as extracts
left join answers on actions.action = answers.action
left join latest
    on
        answers.action = latest.action
        and answers.measure = latest.measure
        and answers.statistic = latest.statistic
