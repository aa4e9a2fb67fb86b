with extract as (
    select
        date_trunc('quarter', min(started_on)) as first_quarter,
        date_trunc('month', min(started_on)) as began_on,
        max(as_at) as as_at
    from {{ ref('stg_opd_activity') }}
),

quarters as (
    select
        cast(unnest(generate_series(first_quarter, as_at, interval 3 month)) as date) as quarter_start,
        began_on,
        as_at
    from extract
)

-- Only quarters that had ended when the extract was taken, and none that the log holds only the end of.
select
    quarter_start,
    cast(quarter_start + interval 3 month - interval 1 day as date) as quarter_end
from quarters
where
    quarter_start >= began_on
    and cast(quarter_start + interval 3 month - interval 1 day as date) <= as_at
