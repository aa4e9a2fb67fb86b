with reviews as (
    select
        hearing_type,
        custody_status,
        outcome,
        probation_region,
        prison_code,
        concluded_on
    from {{ ref('stg_ppud_review') }}
    where concluded_on is not null
),

concluded as (
    {{
        events_in_periods(
            'reviews',
            'concluded_on',
            ['hearing_type', 'custody_status', 'outcome', 'probation_region', 'prison_code']
        )
    }}
),

-- Few reviews are concluded at one prison in a quarter.
concluded_in_year as (
    select
        period_type,
        period_start,
        period_end,
        prison_code
    from concluded
    where period_type <> 'quarter'
)

{{
    figures_from_records(
        'concluded',
        'parole_reviews',
        'reviews',
        [
            [],
            ['hearing_type'],
            ['custody_status'],
            ['outcome'],
            ['probation_region'],
            ['hearing_type', 'outcome'],
            ['custody_status', 'outcome'],
            ['custody_status', 'hearing_type'],
            ['outcome', 'probation_region']
        ]
    )
}}
union all
{{ figures_from_records('concluded_in_year', 'parole_reviews', 'reviews', [['prison_code']]) }}
