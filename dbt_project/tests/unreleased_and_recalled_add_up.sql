-- One table prints all prisoners, the unreleased and the recalled: for each sex and day the two make up the first.
with figures as (
    select
        publication,
        release_id,
        source_file,
        source_sheet,
        period_end,
        breakdown,
        max(value) filter (where measure = 'ipp_prison_population') as prisoners,
        max(value) filter (where measure = 'ipp_unreleased_prisoners') as unreleased,
        max(value) filter (where measure = 'ipp_recalled_prisoners') as recalled
    from {{ ref('figures') }}
    where measure in ('ipp_prison_population', 'ipp_unreleased_prisoners', 'ipp_recalled_prisoners')
    group by publication, release_id, source_file, source_sheet, period_end, breakdown
)

select
    publication,
    release_id,
    source_file,
    source_sheet,
    period_end,
    breakdown,
    prisoners,
    unreleased,
    recalled
from figures
where prisoners <> unreleased + recalled
