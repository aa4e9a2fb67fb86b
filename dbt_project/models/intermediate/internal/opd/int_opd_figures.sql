{%- set activities = ['started', 'completed', 'left_pathway'] -%}
{%- set people_at_the_end = ['in_progress', 'waiting'] -%}

with stages as (
    select
        stage,
        stage_order,
        measure
    from {{ ref('opd_stages') }}
),

stages_by_measure as (
    select
        measure,
        count(*) as stages
    from stages
    group by measure
),

-- The stage is in the breakdown of measures that have several; `dimension` says what else is.
counted as (
    select
        stages.measure,
        stages.stage_order,
        counts.quarter_start as period_start,
        counts.quarter_end as period_end,
        case counts.dimension
            when 'probation_region' then 'probation_region=' || counts.probation_region
            when 'sex' then 'sex=' || counts.sex
            when 'location' then 'location=' || counts.location
            else ''
        end as part,
        case when stages_by_measure.stages > 1 then 'stage=' || counts.stage else '' end as stage_part,
        case when stages_by_measure.stages > 1 then 'activities' else 'people' end as activity_unit,
        counts.started,
        counts.completed,
        counts.left_pathway,
        counts.in_progress,
        counts.waiting,
        counts.people_with_days_waited,
        counts.median_days_waited
    from {{ ref('int_opd_counts') }} as counts
    inner join stages on counts.stage = stages.stage
    inner join stages_by_measure on stages.measure = stages_by_measure.measure
),

one_count_a_row as (
    {% for statistic in activities + people_at_the_end -%}
    select
        measure,
        '{{ statistic }}' as statistic,
        part,
        stage_part,
        period_start,
        period_end,
        {{ statistic }} as value,
        -- Whoever begins triage and consultation in a quarter has two activities, and on its last day is one person.
        {% if statistic in people_at_the_end -%} 'people' {%- else -%} activity_unit {%- endif %} as unit
    from counted
    -- Nobody waits for the first stage.
    where '{{ statistic }}' != 'waiting' or stage_order > 1
    {% if not loop.last %}union all
    {% endif %}
    {%- endfor %}
),

screenings as (
    select
        'quarter' as period_type,
        quarters.quarter_start as period_start,
        quarters.quarter_end as period_end,
        people.probation_region,
        people.sex,
        people.location,
        people.goes_on
    from {{ ref('int_opd_quarters') }} as quarters
    inner join {{ ref('int_opd_people_by_stage') }} as people
        on people.ended_on between quarters.quarter_start and quarters.quarter_end
    where people.stage = 'screening'
),

formulations as (
    select
        person_key,
        min(ended_on) as formulated_on
    from {{ ref('int_opd_people_by_stage') }}
    where
        stage = 'formulation'
        and goes_on
    group by person_key
),

sentence_ends as (
    select
        person_key,
        ended_on
    from {{ ref('int_sentence_ends') }}
),

-- Everybody screened in by the end of the quarter, and whether there was a formulation by then.
screened_in as (
    select
        'quarter' as period_type,
        quarters.quarter_start as period_start,
        quarters.quarter_end as period_end,
        people.probation_region,
        people.sex,
        coalesce(formulations.formulated_on <= quarters.quarter_end, false) as has_formulation
    from {{ ref('int_opd_quarters') }} as quarters
    inner join {{ ref('int_opd_people_by_stage') }} as people on quarters.quarter_end >= people.ended_on
    left join formulations on people.person_key = formulations.person_key
    where
        people.stage = 'screening'
        and people.goes_on
),

in_service as (
    select
        'quarter' as period_type,
        quarters.quarter_start as period_start,
        quarters.quarter_end as period_end,
        activities.service_type
    from {{ ref('int_opd_quarters') }} as quarters
    inner join {{ ref('stg_opd_activity') }} as activities
        on
            quarters.quarter_end >= activities.started_on
            and (activities.completed_on is null or quarters.quarter_end < activities.completed_on)
    left join sentence_ends on activities.person_key = sentence_ends.person_key
    where
        activities.stage = 'service'
        and coalesce(quarters.quarter_end < sentence_ends.ended_on, true)
)

select
    measure,
    statistic,
    concat_ws(';', nullif(part, ''), nullif(stage_part, '')) as breakdown,
    'quarter' as period_type,
    period_start,
    period_end,
    cast(value as double) as value,
    cast(null as bigint) as numerator,
    cast(null as bigint) as denominator,
    unit
from one_count_a_row
union all
select
    measure,
    statistic,
    part as breakdown,
    'quarter' as period_type,
    period_start,
    period_end,
    cast(sum(value) as double) as value,
    cast(null as bigint) as numerator,
    cast(null as bigint) as denominator,
    unit
from one_count_a_row
where stage_part != ''
group by
    measure,
    statistic,
    part,
    period_start,
    period_end,
    unit
union all
select
    measure,
    'median' as statistic,
    concat_ws(';', nullif(part, ''), nullif(stage_part, '')) as breakdown,
    'quarter' as period_type,
    period_start,
    period_end,
    median_days_waited as value,
    cast(null as bigint) as numerator,
    people_with_days_waited as denominator,
    'days' as unit
from counted
where stage_order > 1
union all
{{
    figures_from_records(
        'screenings', 'opd_screened_in', 'percent', [[], ['location'], ['probation_region'], ['sex']],
        statistic='share',
        value='100.0 * count(*) filter (where goes_on) / count(*)',
        numerator='count(*) filter (where goes_on)',
        denominator='count(*)'
    )
}}
union all
{{
    figures_from_records(
        'screened_in', 'opd_formulations', 'percent', [[], ['probation_region'], ['sex']],
        statistic='share',
        value='100.0 * count(*) filter (where has_formulation) / count(*)',
        numerator='count(*) filter (where has_formulation)',
        denominator='count(*)'
    )
}}
union all
{{
    figures_from_records('in_service', 'opd_services', 'people', [['service_type']], statistic='in_progress')
}}
union all
{{
    figures_from_records(
        'in_service', 'opd_services', 'services',
        statistic='services', value='count(distinct service_type)'
    )
}}
