with codes as (
    select
        dimension,
        code,
        label,
        sort_order,
        parent_dimension,
        parent,
        former_names,
        source
    from {{ ref('category_codes') }}
),

prisons as (
    select
        prison_code,
        prison_name,
        former_names,
        source,
        row_number() over (order by prison_name, prison_code) as sort_order
    from {{ ref('prisons') }}
    where prison_code is not null
),

-- A transfer leads from one prison to another: the same places under three names.
prison_dimensions as (
    select 'prison_code' as dimension
    union all
    select 'from_prison' as dimension
    union all
    select 'to_prison' as dimension
)

select
    dimension,
    code,
    label,
    cast(sort_order as integer) as sort_order,
    coalesce(parent_dimension, '') as parent_dimension,
    coalesce(parent, '') as parent,
    coalesce(former_names, '') as former_names,
    source
from codes
union all
select
    prison_dimensions.dimension,
    prisons.prison_code as code,
    prisons.prison_name as label,
    cast(prisons.sort_order as integer) as sort_order,
    '' as parent_dimension,
    '' as parent,
    coalesce(prisons.former_names, '') as former_names,
    prisons.source
from prisons
cross join prison_dimensions
union all
-- Published tables have a key for each prison.
select
    'prison' as dimension,
    prison as code,
    min(prison_name) as label,
    cast(row_number() over (order by prison) as integer) as sort_order,
    '' as parent_dimension,
    '' as parent,
    '' as former_names,
    min(source) as source
from {{ ref('prisons') }}
where prison is not null
group by prison
