{#- What the parts mostly have in common. Where they differ, the total has what each part has. -#}
{%- set said_once = [
    'note_texts', 'publication', 'release_id', 'table_number', 'table_title', 'source_file', 'source_sheet'
] -%}
-- Totals that are the plain sum of two parts or more: every part is a count that goes in once.
with sums as (
    select
        identity,
        count(*) filter (where role = 'part') as parts
    from {{ ref('count_identities') }}
    group by identity
    having
        count(*) filter (where role = 'part') > 1
        and count(*) filter (
            where role not in ('whole', 'part') or statistic <> 'count' or kind <> 'value' or times <> 1
        ) = 0
),

wholes as (
    select
        identity,
        measure,
        coalesce(breakdown, '') as breakdown
    from {{ ref('count_identities') }}
    where role = 'whole'
),

parts as (
    select
        identity,
        measure,
        coalesce(breakdown, '') as breakdown
    from {{ ref('count_identities') }}
    where role = 'part'
),

figures as (
    select
        figures.measure,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where figures.is_latest
),

-- A total that is published is not derived, and one that the publisher suppressed must not be.
published as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end
    from figures
    where value is not null or value_status = 'suppressed'
),

citations as (
    select
        measure,
        breakdown,
        period_type,
        period_start,
        period_end,
        publication,
        release_id,
        source_file,
        source_sheet,
        source_cell,
        citation
    from {{ ref('citations') }}
),

-- A part that is about a number or more than a number has no exact sum.
exact_parts as (
    select
        parts.identity,
        parts.measure,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {{ figure_columns('figures') }},
        citations.citation
    from parts
    inner join figures on parts.measure = figures.measure and parts.breakdown = figures.breakdown
    inner join citations
        on
            figures.measure = citations.measure
            and figures.breakdown = citations.breakdown
            and figures.period_type = citations.period_type
            and figures.period_start = citations.period_start
            and figures.period_end = citations.period_end
            and figures.publication = citations.publication
            and figures.release_id = citations.release_id
            and figures.source_file = citations.source_file
            and figures.source_sheet = citations.source_sheet
            and figures.source_cell = citations.source_cell
    where
        figures.value is not null
        and figures.qualifier = ''
),

totals as (
    select
        identity,
        period_type,
        period_start,
        period_end,
        count(*) as parts,
        sum(value) as value,
        min(unit) as unit,
        max(unit) as other_unit,
        -- A total is only as final as its parts.
        case
            when count(*) filter (where value_status = 'provisional') > 0 then 'provisional'
            when count(*) filter (where value_status = 'revised') > 0 then 'revised'
            else 'final'
        end as value_status,
        max(published_on) as published_on,
        {%- for column in said_once %}
        case
            when min({{ column }}) = max({{ column }}) then min({{ column }})
            else {{ joined_text(column, "' + '", 'measure') }}
        end as {{ column }},
        {%- endfor %}
        {{ joined_text('source_cell', "' + '", 'measure') }} as source_cell,
        {{ joined_text('citation', "' + '", 'measure') }} as citation
    from exact_parts
    group by
        identity,
        period_type,
        period_start,
        period_end
),

wordings as (
    select
        measure,
        unit,
        cited_as
    from {{ ref('measure_wordings') }}
),

source_kinds as (
    select
        source_kind,
        cited_as
    from {{ ref('source_kinds') }}
    where source_kind = 'derived'
),

derived as (
    select
        wholes.measure,
        wholes.breakdown,
        totals.period_type,
        totals.period_start,
        totals.period_end,
        totals.value,
        totals.unit,
        totals.value_status,
        '' as qualifier,
        totals.note_texts,
        source_kinds.source_kind,
        totals.publication,
        totals.release_id,
        totals.published_on,
        totals.table_number,
        totals.table_title,
        totals.source_file,
        totals.source_sheet,
        totals.source_cell,
        coalesce(wordings.cited_as, totals.unit) as cited_as,
        source_kinds.cited_as as kind,
        totals.citation
    from totals
    inner join sums on totals.identity = sums.identity and totals.parts = sums.parts
    inner join wholes on totals.identity = wholes.identity
    cross join source_kinds
    left join wordings on wholes.measure = wordings.measure and totals.unit = wordings.unit
    left join published
        on
            wholes.measure = published.measure
            and wholes.breakdown = published.breakdown
            and totals.period_type = published.period_type
            and totals.period_start = published.period_start
            and totals.period_end = published.period_end
    where
        totals.unit = totals.other_unit
        and published.measure is null
)

select
    derived.measure,
    derived.breakdown,
    derived.period_type,
    derived.period_start,
    derived.period_end,
    {{ figure_columns('derived') }},
    {{ cited_value('derived') }} || ' ' || derived.cited_as || ', ' || {{ cited_period('derived') }}
    || '; ' || derived.kind || ': ' || derived.citation as citation
from derived
