with figures as (
    select
        'Never released' as series,
        unreleased_demographics.category,
        {{ counted_figure('unreleased_demographics', 'people', 'people') }}
    from {{ ref('unreleased_demographics') }} as unreleased_demographics
    where unreleased_demographics.breakdown = 'age_band'
)

{{ dashboard_block('unreleased_by_age', category_of='age_band') }}
