with counts as (
    select
        'On licence' as series,
        'Eligible people' as category,
        {{ counted_figure('termination_eligibility', 'people_on_licence', 'people') }}
    from {{ ref('termination_eligibility') }} as termination_eligibility
    where
        termination_eligibility.is_total
        and {{ in_last_years('termination_eligibility', 10) }}
    union all
    select
        'In prison on recall' as series,
        'Eligible people' as category,
        {{ counted_figure('termination_eligibility', 'people_in_custody_on_recall', 'people') }}
    from {{ ref('termination_eligibility') }} as termination_eligibility
    where
        termination_eligibility.is_total
        and {{ in_last_years('termination_eligibility', 10) }}
    union all
    select
        'Unlawfully at large' as series,
        'Eligible people' as category,
        {{ counted_figure('termination_eligibility', 'people_unlawfully_at_large', 'people') }}
    from {{ ref('termination_eligibility') }} as termination_eligibility
    where
        termination_eligibility.is_total
        and {{ in_last_years('termination_eligibility', 10) }}
),

figures as (
    {{ filled_with_zero('counts') }}
)

{{ dashboard_block(
    'termination_eligible',
    series_in_order=['On licence', 'In prison on recall', 'Unlawfully at large']
) }}
