with extracts as (
    select max(as_at) as as_at
    from {{ source('records', 'ppud_sentence') }}
),

printed as (
    select
        mart,
        period_type,
        period_start,
        period_end
    from {{ ref('published_periods') }}
)

select
    printed.mart,
    printed.period_type,
    printed.period_start,
    printed.period_end
from printed
inner join extracts on printed.period_end <= extracts.as_at
