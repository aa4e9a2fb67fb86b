-- Every member of every breakdown, published or counted, has its row in meta.categories: code, label and order.
with breakdowns as (
    select distinct breakdown
    from {{ ref('published_figures') }}
    union
    select distinct breakdown
    from {{ ref('counted_figures') }}
),

pairs as (
    select distinct unnest(string_split(breakdown, ';')) as pair
    from breakdowns
    where breakdown <> ''
)

select pairs.pair
from pairs
left join {{ ref('categories') }} as categories
    on pairs.pair = categories.dimension || '=' || categories.code
where
    categories.code is null
    -- Statistics of a publication are in its breakdown. A prison that the register does not have is only reported.
    and not starts_with(pairs.pair, 'statistic=')
    and not starts_with(pairs.pair, 'prison=')
