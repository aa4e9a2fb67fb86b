with names as (
    select
        code,
        label
    from {{ ref('categories') }}
    where dimension = 'outcome'
),

figures as (
    select
        'Without a decision' as series,
        'Ended automatically' as category,
        {{ counted_figure('licence_terminations', 'people', 'people') }}
    from {{ ref('licence_terminations') }} as licence_terminations
    where
        licence_terminations.is_total
        and licence_terminations.period_type = 'quarter'
        and licence_terminations.people is not null
        and {{ in_last_years('licence_terminations', 2) }}
    union all
    select
        'Decided by the Parole Board' as series,
        names.label as category,
        {{ counted_figure('termination_reviews', 'cases', 'cases') }}
    from {{ ref('termination_reviews') }} as termination_reviews
    left join names on termination_reviews.category = names.code
    where
        termination_reviews.breakdown = 'outcome'
        and termination_reviews.stage = 'decided'
        and termination_reviews.period_type = 'quarter'
        and {{ in_last_years('termination_reviews', 2) }}
)

{{ dashboard_block(
    'licences_ended',
    category_in_order=['Ended automatically', 'Terminated', 'Refused', 'Refused, licence varied']
) }}
