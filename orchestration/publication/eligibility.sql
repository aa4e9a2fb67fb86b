-- Where people stand under the law on termination on a day, by sentence, region and sex. Counts below the threshold are
-- hidden, and with them the next smallest of their group until what is hidden holds as many people as the threshold in
-- two cells at least: a group adds up to the total of its position.
with on_day as (
    select
        regime,
        position,
        sentence_type,
        coalesce(probation_region, 'not_recorded') as probation_region,
        sex,
    from intermediate.int_termination_positions
    where
        started_on <= $day
        and (ended_on is null or ended_on > $day)
        and position <> 'sentence_over'
),

counted as (
    select 1 as place, 'all' as dimension, 'all' as value, position, count(*) as people,
    from on_day
    group by position
    union all
    select 2 as place, 'sentence_type' as dimension, sentence_type as value, position, count(*) as people,
    from on_day
    group by position, sentence_type
    union all
    select 3 as place, 'sex' as dimension, sex as value, position, count(*) as people,
    from on_day
    group by position, sex
    union all
    select 4 as place, 'probation_region' as dimension, probation_region as value, position, count(*) as people,
    from on_day
    group by position, probation_region
),

ranked as (
    select
        *,
        if(dimension = 'all', '', position) as added_up_in,
        min(people) over cells < $threshold as holds_a_small_cell,
        row_number() over (cells order by people, value, position) as rank_in_group,
        coalesce(sum(people) over (cells order by people, value, position rows between unbounded preceding and 1 preceding), 0)
            as people_before,
    from counted
    window cells as (partition by dimension, if(dimension = 'all', '', position))
),

judged as (
    select
        *,
        people < $threshold or (holds_a_small_cell and (rank_in_group <= 2 or people_before < $threshold)) as is_hidden,
    from ranked
),

-- A total that is hidden must not be added up from its parts.
hidden_totals as (
    select position,
    from judged
    where dimension = 'all' and is_hidden
)

select
    $day as on_day,
    (select string_agg(distinct regime, ', ') from on_day) as regime,
    judged.dimension,
    judged.value,
    judged.position,
    if(judged.is_hidden or hidden_totals.position is not null, '[c]', cast(judged.people as varchar)) as people,
    (select max(source_kind) from landing.ppud_sentence) as source_kind,
    (select max(as_at) from landing.ppud_sentence) as extract_as_at,
from judged
left join hidden_totals on judged.position = hidden_totals.position
order by judged.place, judged.value, judged.position
