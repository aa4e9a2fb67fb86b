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
        unit,
        value_status
    from {{ ref('int_protected_figures') }}
),

extract as (
    select
        max(as_at) as extract_as_at,
        max(source_kind) as source_kind
    from {{ ref('stg_ppud_sentence') }}
)

select
    figures.measure,
    figures.statistic,
    figures.breakdown,
    figures.period_type,
    figures.period_start,
    figures.period_end,
    figures.value,
    figures.numerator,
    figures.denominator,
    figures.unit,
    figures.value_status,
    extract.source_kind,
    extract.extract_as_at
from figures
cross join extract
