with durations as (
    select
        duration_name,
        definition as duration_definition,
        measure
    from {{ ref('recall_duration_names') }}
),

mean_months as (
    select
        figures.measure,
        figures.period_type,
        figures.period_start,
        figures.period_end,
        {{ figure_columns('figures') }}
    from {{ ref('published_figures') }} as figures
    where
        figures.is_latest
        and figures.unit = 'months'
),

rereleases as (
    select
        period_type,
        period_start,
        period_end,
        value,
        value_status,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from {{ ref('published_rereleases') }}
)

select
    durations.duration_name,
    durations.duration_definition,
    'mean' as statistic,
    mean_months.period_type,
    mean_months.period_start,
    mean_months.period_end,
    {{ figure_columns('mean_months') }},
    rereleases.value as rereleases,
    rereleases.value_status as rereleases_value_status,
    rereleases.release_id as rereleases_release_id,
    rereleases.source_file as rereleases_source_file,
    rereleases.source_sheet as rereleases_source_sheet,
    rereleases.source_cell as rereleases_source_cell
from mean_months
inner join durations on mean_months.measure = durations.measure
left join rereleases
    on
        mean_months.period_type = rereleases.period_type
        and mean_months.period_start = rereleases.period_start
        and mean_months.period_end = rereleases.period_end
