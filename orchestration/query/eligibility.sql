-- The position of people under the law on termination on a day: totals, and by sentence, sex and region.
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
)

select
    $day as on_day,
    (select string_agg(distinct regime, ', ') from on_day) as regime,
    case
        when grouping(sentence_type) = 0 then 'sentence_type'
        when grouping(sex) = 0 then 'sex'
        when grouping(probation_region) = 0 then 'probation_region'
        else 'total'
    end as breakdown,
    coalesce(sentence_type, sex, probation_region, 'all') as category,
    position,
    count(*) as people,
    (select max(source_kind) from landing.ppud_sentence) as source_kind,
    (select max(as_at) from landing.ppud_sentence) as extract_as_at,
from on_day
group by grouping sets (
    (position),
    (position, sentence_type),
    (position, sex),
    (position, probation_region)
)
order by
    array_position(['total', 'sentence_type', 'sex', 'probation_region'], breakdown), category, position
