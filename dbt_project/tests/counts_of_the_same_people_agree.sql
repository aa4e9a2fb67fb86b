-- Two models that count the same people on the same day must give the same number, and a whole must be the sum of its
-- parts. `count_identities` lists them. We compare them before disclosure control, in every period in which the whole
-- is counted and by every breakdown that both sides have in such a period type. A part without a row has no people.
with terms as (
    select
        identity,
        role,
        measure,
        statistic,
        coalesce(breakdown, '') as held,
        kind,
        times,
        row_number() over (order by identity, measure, statistic, breakdown, kind) as term
    from {{ ref('count_identities') }}
),

identities as (
    select
        identity,
        count(*) as terms,
        bool_or(role = 'part_or_more') as may_leave_some_over
    from terms
    group by identity
),

figures as (
    select
        measure,
        statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator
    from {{ ref('counted_figures') }}
),

counts as (
    select
        terms.identity,
        terms.term,
        terms.role,
        terms.held,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        terms.times * case terms.kind
            when 'value' then figures.value
            when 'numerator' then figures.numerator
            else figures.denominator
        end as number
    from terms
    inner join figures
        on
            terms.measure = figures.measure
            and terms.statistic = figures.statistic
            and (
                terms.held = ''
                or list_has_all(string_split(figures.breakdown, ';'), string_split(terms.held, ';'))
            )
),

pairs as (
    select distinct
        breakdown,
        held,
        unnest(string_split(breakdown, ';')) as pair
    from counts
),

remaining as (
    select
        breakdown,
        held,
        coalesce(
            string_agg(pair, ';' order by pair) filter (where not list_contains(string_split(held, ';'), pair)), ''
        ) as rest,
        coalesce(
            string_agg(split_part(pair, '=', 1), ';' order by pair)
            filter (where not list_contains(string_split(held, ';'), pair)), ''
        ) as dimensions
    from pairs
    group by
        breakdown,
        held
),

placed as (
    select
        counts.identity,
        counts.term,
        counts.role,
        counts.period_type,
        counts.period_start,
        counts.period_end,
        remaining.rest,
        remaining.dimensions,
        counts.number
    from counts
    inner join remaining
        on
            counts.breakdown = remaining.breakdown
            and counts.held = remaining.held
    where counts.number is not null
),

whole_is_counted as (
    select distinct
        identity,
        period_type,
        period_start,
        period_end
    from placed
    where role = 'whole'
),

both_sides_have as (
    select
        placed.identity,
        placed.period_type,
        placed.dimensions
    from placed
    inner join identities on placed.identity = identities.identity
    group by
        placed.identity,
        placed.period_type,
        placed.dimensions
    having count(distinct placed.term) = any_value(identities.terms)
),

sides as (
    select
        placed.identity,
        placed.period_type,
        placed.period_start,
        placed.period_end,
        placed.rest,
        coalesce(sum(placed.number) filter (where placed.role = 'whole'), 0) as whole,
        coalesce(sum(placed.number) filter (where placed.role <> 'whole'), 0) as parts
    from placed
    inner join whole_is_counted
        on
            placed.identity = whole_is_counted.identity
            and placed.period_type = whole_is_counted.period_type
            and placed.period_start = whole_is_counted.period_start
            and placed.period_end = whole_is_counted.period_end
    inner join both_sides_have
        on
            placed.identity = both_sides_have.identity
            and placed.period_type = both_sides_have.period_type
            and placed.dimensions = both_sides_have.dimensions
    group by
        placed.identity,
        placed.period_type,
        placed.period_start,
        placed.period_end,
        placed.rest
)

select
    sides.identity,
    sides.period_type,
    sides.period_start,
    sides.period_end,
    sides.rest as breakdown,
    sides.whole,
    sides.parts
from sides
inner join identities on sides.identity = identities.identity
where
    sides.whole <> sides.parts
    and not (identities.may_leave_some_over and sides.whole > sides.parts)
