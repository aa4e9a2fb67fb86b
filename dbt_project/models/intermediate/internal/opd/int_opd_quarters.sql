with extract as (
    select
        date_trunc('quarter', min(started_on)) as first_quarter,
        max(as_at) as as_at
    from {{ ref('stg_opd_activity') }}
),

quarters as (
    select
        cast(unnest(generate_series(first_quarter, as_at, interval 3 month)) as date) as quarter_start,
        as_at
    from extract
)

-- Only quarters that had ended when the extract was taken.
select
    quarter_start,
    cast(quarter_start + interval 3 month - interval 1 day as date) as quarter_end
from quarters
where cast(quarter_start + interval 3 month - interval 1 day as date) <= as_at
