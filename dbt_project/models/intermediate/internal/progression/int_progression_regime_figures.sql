with people as (
    select
        'as_at' as period_type,
        as_at as period_start,
        as_at as period_end,
        sex,
        prison_code,
        case when legal_status = 'RECALL' then 'recalled' else 'unreleased' end as custody_status
    from {{ ref('stg_nomis_custody_snapshot') }}
    where on_progression_regime_wing
)

{{
    figures_from_records(
        'people', 'progression_regime_population', 'people', [[], ['custody_status'], ['prison_code'], ['sex']]
    )
}}
union all
{{
    figures_from_records(
        'people', 'progression_regime_population', 'prisons',
        statistic='prisons', value='count(distinct prison_code)'
    )
}}
