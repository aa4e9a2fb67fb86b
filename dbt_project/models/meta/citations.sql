with figures as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        value,
        unit,
        value_status,
        qualifier,
        source_kind,
        publication,
        release_id,
        table_number,
        source_file,
        source_sheet,
        source_cell
    from {{ ref('published_figures') }}
),

measures as (
    select
        key as measure,
        measure as measure_title
    from {{ ref('measures') }}
),

wordings as (
    select
        measure,
        unit,
        cited_as
    from {{ ref('measure_wordings') }}
),

releases as (
    select
        publication,
        release_id,
        title
    from {{ source('meta', 'releases') }}
),

source_kinds as (
    select
        source_kind,
        case when source_kind = 'official' then '' else cited_as end as cited_as
    from {{ ref('source_kinds') }}
),

worded as (
    select
        figures.measure,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.value,
        figures.value_status,
        figures.qualifier,
        figures.publication,
        figures.release_id,
        figures.table_number,
        figures.source_file,
        figures.source_sheet,
        figures.source_cell,
        source_kinds.cited_as as kind,
        -- A measure that has no wording is cited by its unit and its title.
        coalesce(
            wordings.cited_as,
            case when figures.value is null then '' else figures.unit || ': ' end || measures.measure_title
        ) as cited_as,
        coalesce(releases.title, figures.publication || ' ' || figures.release_id) as release_title
    from figures
    inner join measures on figures.measure = measures.measure
    inner join source_kinds on figures.source_kind = source_kinds.source_kind
    left join wordings on figures.measure = wordings.measure and figures.unit = wordings.unit
    left join releases on figures.publication = releases.publication and figures.release_id = releases.release_id
)

select
    worded.measure,
    worded.breakdown,
    worded.period_type,
    worded.period_start,
    worded.period_end,
    worded.publication,
    worded.release_id,
    worded.source_file,
    worded.source_sheet,
    worded.source_cell,
    {{ citation('worded', 'worded.cited_as', 'worded.release_title', 'worded.kind') }} as citation
from worded
