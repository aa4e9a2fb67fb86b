-- Each of these breaks down by one dimension into parts that share no case, so the parts add up to the total: a part
-- that is missing would not be noticed.
with counts as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        regexp_extract(breakdown, '^([^=]*)=', 1) as dimension,
        breakdown,
        value
    from {{ ref('counted_figures') }}
    where
        strpos(breakdown, ';') = 0
        and (measure, statistic) in (
            ('parole_reviews', 'count'),
            ('reviews_without_progression', 'count'),
            ('adjournments_by_region', 'count'),
            ('open_conditions_recommendations', 'recommended'),
            ('open_conditions_recommendations', 'decided'),
            ('pra_sample', 'count'),
            ('termination_referrals', 'count'),
            ('termination_not_yet_referred', 'count'),
            ('termination_decisions', 'count')
        )
),

totals as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        value
    from counts
    where breakdown = ''
),

parts as (
    select
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        dimension,
        sum(value) as value
    from counts
    where breakdown <> ''
    group by
        measure,
        statistic,
        period_type,
        period_start,
        period_end,
        dimension
)

select
    parts.measure,
    parts.statistic,
    parts.period_type,
    parts.period_end,
    parts.dimension,
    parts.value as parts,
    totals.value as total
from parts
left join totals
    on
        parts.measure = totals.measure
        and parts.statistic = totals.statistic
        and parts.period_type = totals.period_type
        and parts.period_start = totals.period_start
        and parts.period_end = totals.period_end
where parts.value is distinct from totals.value
