{%- set pairs = 3 -%}

with figures as (
    select
        figures.measure,
        figures.statistic,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.value,
        case
            when figures.statistic like 'mean%' and figures.unit in ('events', 'reviews') then figures.unit || ' per person or case'
            else figures.unit
        end as unit,
        figures.value_status,
        '' as qualifier,
        figures.source_kind,
        {{ records_source('figures') }} as source,
        true as is_counted
    from {{ ref('counted_figures') }} as figures
    union all
    select
        figures.measure,
        '' as statistic,
        figures.breakdown,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        figures.value,
        figures.unit,
        figures.value_status,
        figures.qualifier,
        figures.source_kind,
        {{ release_source('releases.title', 'figures.table_number', 'figures.source_kind') }} as source,
        false as is_counted
    from {{ ref('published_figures') }} as figures
    left join {{ source('meta', 'releases') }} as releases
        on
            figures.publication = releases.publication
            and figures.release_id = releases.release_id
    where
        figures.is_latest
        -- `unavailable` in a rebuilt workbook only says that we do not hold the figure.
        and not (figures.value_status = 'unavailable' and figures.source_kind = 'rebuilt')
),

pairs as (
    select
        figures.*
        {%- for number in range(1, pairs + 1) %},
        split_part(figures.breakdown, ';', {{ number }}) as pair_{{ number }}
        {%- endfor %}
    from figures
),

labelled as (
    select
        pairs.*,
        case
            when pairs.breakdown = '' then 'Total'
            else
                {%- for number in range(1, pairs + 1) %}
                {{ '|| ' if not loop.first }}{{ pair_in_words('pairs.pair_' ~ number, 'names_' ~ number ~ '.label') }}
                {%- endfor %}
        end as breakdown_label
    from pairs
    {%- for number in range(1, pairs + 1) %}
    left join {{ ref('categories') }} as names_{{ number }}
        on
            split_part(pairs.pair_{{ number }}, '=', 1) = names_{{ number }}.dimension
            and split_part(pairs.pair_{{ number }}, '=', 2) = names_{{ number }}.code
    {%- endfor %}
)

select
    measures.measure
    || case
        when labelled.statistic in ('', 'count') then ''
        else ': ' || replace(labelled.statistic, '_', ' ')
    end as measure_label,
    labelled.breakdown_label,
    {{ period_text('labelled') }} as period,
    case when labelled.qualifier = '' then '' else labelled.qualifier || ' ' end || {{ value_text('labelled') }} as value_text,
    {{ status_text('labelled') }} as status_text,
    labelled.source,
    labelled.measure,
    labelled.statistic,
    labelled.breakdown,
    labelled.period_type,
    labelled.period_start,
    labelled.period_end,
    {{ rounded_value('labelled') }} as value,
    labelled.unit,
    {{ classification('labelled', 'labelled.is_counted') }} as classification,
    '{{ feed_contract_version() }}' as contract_version
from labelled
left join {{ ref('measures') }} as measures on labelled.measure = measures.key
