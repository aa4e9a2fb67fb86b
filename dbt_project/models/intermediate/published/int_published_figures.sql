with printed as (
    {{ union_figures([source('landing', 'figures')]) }}
),

aliases as (
    select
        measure,
        source_measure,
        source_pair,
        coalesce(added_pair, '') as added_pair
    from {{ ref('measure_aliases') }}
),

aliased as (
    select
        aliases.measure,
        {{ replace_breakdown_pair('printed.breakdown', 'aliases.source_pair', 'aliases.added_pair') }} as breakdown,
        printed.period_type,
        printed.period_start,
        printed.period_end,
        printed.value,
        printed.unit,
        printed.value_status,
        printed.qualifier,
        printed.note_texts,
        printed.source_kind,
        printed.publication,
        printed.release_id,
        printed.published_on,
        printed.authority,
        printed.table_number,
        printed.table_title,
        printed.source_file,
        printed.source_sheet,
        printed.source_cell
    from printed
    inner join aliases
        on
            printed.measure = aliases.source_measure
            and {{ has_breakdown_pair('printed.breakdown', 'aliases.source_pair') }}
)

{{ union_figures(['printed', 'aliased']) }}
