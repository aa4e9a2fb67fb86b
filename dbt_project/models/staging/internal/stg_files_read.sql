with files as (
    select
        extract,
        as_at,
        quarantined
    from {{ source('internal_landing', 'files_read') }}
),

-- Each extract is everything the system held on its day, so only the newest counts.
newest as (
    select
        extract,
        max(as_at) as as_at
    from files
    group by extract
)

select
    files.extract,
    files.as_at,
    files.quarantined as rows_left_out
from files
inner join newest on files.extract = newest.extract and files.as_at = newest.as_at
