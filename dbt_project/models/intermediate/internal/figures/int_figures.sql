{{ config(materialized='table') }}

with figures as (
    select
        measure,
        statistic,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        unit
    from {{ ref('int_counted_figures') }}
),

codes as (
    select
        dimension || '=' || code_of_records as pair_of_records,
        dimension || '=' || key_of_print as pair_of_print
    from {{ ref('keys_of_print') }}
),

breakdowns as (
    select distinct breakdown
    from figures
),

pairs as (
    select
        breakdown,
        unnest(string_split(breakdown, ';')) as pair
    from breakdowns
),

-- A dimension keeps its name, so its pair keeps its place.
printed as (
    select
        pairs.breakdown,
        string_agg(coalesce(codes.pair_of_print, pairs.pair), ';' order by pairs.pair) as printed_breakdown
    from pairs
    left join codes on pairs.pair = codes.pair_of_records
    group by pairs.breakdown
)

select
    figures.measure,
    figures.statistic,
    printed.printed_breakdown as breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit
from figures
inner join printed on figures.breakdown = printed.breakdown
