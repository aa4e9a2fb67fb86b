{#- Every block of the dashboard, in the order of orchestration/feed/sections.yml. -#}
{%- set blocks = [
    'caseload_by_location',
    'caseload_over_time',
    'prison_by_status',
    'prison_compared',
    'community_over_time',
    'community_compared',
    'community_by_region',
    'prison_by_category',
    'prison_by_delivery_unit',
    'unreleased_demographics',
    'unreleased_by_age',
    'unreleased_by_ethnicity',
    'unreleased_by_time_over_tariff',
    'unreleased_by_tariff_status',
    'unreleased_by_tariff_length',
    'unreleased_by_sentence_type',
    'first_releases_by_quarter',
    'first_releases_compared',
    'recalls_by_quarter',
    'recalls_compared',
    'recall_rate_by_quarter',
    'recall_rate_by_region',
    'recalls_by_region',
    'recalls_by_reason',
    'recalls_without_charge_compared',
    'recalls_by_number',
    'recall_durations',
    'mean_time_recalled_compared',
    'recalled_by_time_since_recall',
    'rereleases_by_route',
    'rereleases_compared',
    'unlawfully_at_large_over_time',
    'unlawfully_at_large_by_duration',
    'rarr_by_quarter',
    'hearing_outcomes',
    'hearings_compared',
    'reviews_by_type',
    'reviews_by_status',
    'reviews_by_region',
    'adjournments_by_region',
    'deferrals_by_region',
    'adjournments_by_reason',
    'months_between_reviews',
    'reviews_without_progression',
    'rag_ratings',
    'rag_by_cohort',
    'rag_by_region',
    'rag_movements',
    'appropriate_prison',
    'open_conditions_decisions',
    'open_conditions_failures',
    'open_conditions_failure_rate',
    'open_conditions_stays_ended',
    'psychology_reviews_by_type',
    'psychology_reports_by_type',
    'never_released_barriers',
    'community_psychology_cases',
    'progression_panels_share',
    'programmes_waiting',
    'rotl_by_type',
    'progressive_transfers',
    'termination_schedule',
    'termination_eligible',
    'licences_ended',
    'licences_ended_by_month',
    'termination_outcomes',
    'termination_stages',
    'termination_reports',
    'suspension_of_supervision',
    'opd_by_stage',
    'opd_activity_by_stage',
    'opd_started_by_quarter',
    'target_parom1_whole_percent',
    'action_plan_targets',
    'target_positions',
    'actions_of_the_minutes',
    'actions_on_day',
    'actions_in_quarter',
    'actions_in_month',
    'women_by_location',
    'women_in_prison',
    'women_in_prison_compared',
    'women_in_community_compared',
    'women_recalled',
    'women_terminated',
    'dpp_by_location',
    'dpp_in_prison',
    'dpp_by_sex',
    'dpp_compared',
    'dpp_case_files',
    'self_harm_incidents',
    'self_harm_rate',
    'open_acct',
    'deaths_in_custody',
    'community_deaths',
    'secure_hospital',
    'secure_hospital_compared',
    'hospital_transfers',
    'hospital_transfers_compared',
    'aftercare',
] -%}

with blocks as (
    {%- for block in blocks %}
    select
        block,
        is_latest,
        series,
        category,
        ts,
        period,
        value,
        value_text,
        status_text,
        source,
        row_order,
        classification,
        contract_version
    from {{ ref('dashboard_' ~ block) }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
),

-- No two rows have the same place, so sorting always gives the same file.
ordered as (
    select
        block,
        is_latest,
        series,
        category,
        ts,
        period,
        value,
        value_text,
        status_text,
        source,
        cast(row_number() over (order by ts, block, row_order) as integer) as row_order,
        classification,
        contract_version
    from blocks
),

-- The platform says the number of the dataset's last day beside every time series. Without a day, it says none.
edges as (
    select
        'First row' as series,
        0 as row_order
    union all
    select
        'Last row' as series,
        cast(count(*) + 1 as integer) as row_order
    from ordered
)

select
    block,
    is_latest,
    series,
    category,
    ts,
    period,
    value,
    value_text,
    status_text,
    source,
    row_order,
    classification,
    contract_version
from ordered
union all
select
    'edge' as block,
    'false' as is_latest,
    series,
    '[z]' as category,
    cast(null as date) as ts,
    '[z]' as period,
    cast(null as double) as value,
    '[z]' as value_text,
    'not applicable' as status_text,
    '[z]' as source,
    row_order,
    'internal' as classification,
    '{{ feed_contract_version() }}' as contract_version
from edges
