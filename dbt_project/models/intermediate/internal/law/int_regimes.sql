-- The regimes in force: each until the next one of the same sentence begins.
with regimes as (
    select
        regime,
        sentence_type,
        in_force_from,
        referral_years,
        qualifying_years,
        automatic_years,
        automatic_not_before
    from {{ ref('licence_termination_regimes') }}
    where in_force_from is not null
)

select
    regime,
    sentence_type,
    in_force_from,
    lead(in_force_from) over (partition by sentence_type order by in_force_from) as in_force_until,
    referral_years,
    qualifying_years,
    automatic_years,
    coalesce(automatic_not_before, in_force_from) as automatic_not_before
from regimes
