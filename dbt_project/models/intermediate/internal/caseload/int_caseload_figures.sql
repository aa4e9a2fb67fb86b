with people as (
    select
        period_type,
        period_start,
        period_end,
        location,
        custody_status,
        prison_code,
        delivery_unit,
        probation_region,
        was_released,
        is_supervision_suspended,
        sex,
        sentence_type,
        offence_group,
        tariff_band,
        {{ year_band('years_since_first_release') }} as years_since_first_release,
        {{ year_band('years_in_status') }} as years_in_status,
        months_in_status,
        months_since_recall
    from {{ ref('int_people_on_days') }}
),

bands as (
    select
        band_set,
        duration_band,
        from_months,
        to_months
    from {{ ref('duration_bands') }}
),

baselines as (
    select
        since,
        baseline_on
    from {{ ref('caseload_baselines') }}
),

-- What does not apply to a person is told from what nobody recorded: a custody status outside prison, and a probation
-- region before the first release.
everybody as (
    select
        period_type,
        period_start,
        period_end,
        location,
        case when location = 'prison' then custody_status else 'not_applicable' end as custody_status,
        case when was_released then probation_region else coalesce(probation_region, 'not_applicable') end
            as probation_region,
        sex,
        sentence_type
    from people
),

in_prison as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        prison_code,
        delivery_unit,
        sex,
        sentence_type,
        offence_group,
        tariff_band,
        months_since_recall
    from people
    where location = 'prison'
),

unreleased as (
    select
        period_type,
        period_start,
        period_end,
        prison_code,
        delivery_unit,
        sex,
        sentence_type,
        offence_group,
        tariff_band
    from in_prison
    where custody_status = 'unreleased'
),

recalled as (
    select
        in_prison.period_type,
        in_prison.period_start,
        in_prison.period_end,
        in_prison.prison_code,
        in_prison.delivery_unit,
        in_prison.sex,
        in_prison.sentence_type,
        in_prison.offence_group,
        in_prison.tariff_band,
        bands.duration_band as time_since_recall_band
    from in_prison
    left join bands
        on
            bands.band_set = 'time_since_recall'
            and in_prison.months_since_recall >= bands.from_months
            and (bands.to_months is null or in_prison.months_since_recall < bands.to_months)
    where in_prison.custody_status = 'recalled'
),

-- Supervision in force and not suspended, as the published caseload counts it.
in_community as (
    select
        period_type,
        period_start,
        period_end,
        probation_region,
        sex,
        sentence_type,
        years_since_first_release,
        years_in_status as years_since_last_release
    from people
    where
        location = 'community'
        and not is_supervision_suspended
),

women_in_prison as (
    select
        period_type,
        period_start,
        period_end,
        custody_status
    from in_prison
    where sex = 'female'
),

women_in_community as (
    select
        period_type,
        period_start,
        period_end,
        probation_region
    from in_community
    where sex = 'female'
),

-- A suspension leaves the licence in force, so a person whose supervision is suspended still serves the sentence.
dpp_people as (
    select
        period_type,
        period_start,
        period_end,
        location,
        custody_status,
        sex
    from people
    where sentence_type = 'DPP'
),

dpp_in_prison as (
    select
        period_type,
        period_start,
        period_end,
        custody_status,
        sex
    from dpp_people
    where location = 'prison'
),

at_large as (
    select
        people.period_type,
        people.period_start,
        people.period_end,
        people.probation_region,
        bands.duration_band
    from people
    inner join bands
        on
            bands.band_set = 'unlawfully_at_large'
            and people.months_in_status >= bands.from_months
            and (bands.to_months is null or people.months_in_status < bands.to_months)
    where people.location = 'unlawfully_at_large'
),

-- Published for 31 December only.
in_hospital as (
    select
        period_type,
        period_start,
        period_end,
        sex
    from people
    where
        location = 'hospital'
        and extract(month from period_end) = 12
),

suspended as (
    select
        period_type,
        period_start,
        period_end
    from people
    where is_supervision_suspended
),

caseloads as (
    select
        period_type,
        period_start,
        period_end,
        count(*) as people
    from in_community
    group by
        period_type,
        period_start,
        period_end
),

falls as (
    select
        caseloads.period_type,
        caseloads.period_start,
        caseloads.period_end,
        baselines.since,
        baseline.people - caseloads.people as fall,
        baseline.people as baseline_people
    from caseloads
    inner join baselines on caseloads.period_end > baselines.baseline_on
    inner join caseloads as baseline on baselines.baseline_on = baseline.period_end
)

{{
    figures_from_records(
        'everybody', 'ipp_caseload', 'people',
        [[], ['location'], ['custody_status'], ['sentence_type'], ['sex'], ['probation_region'],
         ['location', 'sentence_type'], ['location', 'sex'], ['custody_status', 'location']]
    )
}}
union all
{{ figures_from_records('suspended', 'ipp_caseload', 'people', statistic='supervision_suspended') }}
union all
{{
    figures_from_records(
        'in_prison', 'ipp_prison_population', 'people',
        [[], ['custody_status'], ['sex'], ['sentence_type'], ['prison_code'], ['delivery_unit'], ['offence_group'],
         ['tariff_band']]
    )
}}
union all
{{
    figures_from_records(
        'unreleased', 'ipp_unreleased_prisoners', 'people',
        [[], ['sex'], ['sentence_type'], ['prison_code'], ['delivery_unit'], ['offence_group'], ['tariff_band']]
    )
}}
union all
{{
    figures_from_records(
        'recalled', 'ipp_recalled_prisoners', 'people',
        [[], ['sex'], ['sentence_type'], ['prison_code'], ['delivery_unit'], ['offence_group'], ['tariff_band'],
         ['time_since_recall_band']]
    )
}}
union all
{{
    figures_from_records(
        'in_community', 'ipp_community_caseload', 'people',
        [[], ['probation_region'], ['sentence_type'], ['sex'], ['years_since_first_release'],
         ['years_since_last_release']]
    )
}}
union all
{{ figures_from_records('women_in_prison', 'ipp_women_in_prison', 'people', [[], ['custody_status']]) }}
union all
{{ figures_from_records('women_in_community', 'ipp_women_in_community', 'people', [[], ['probation_region']]) }}
union all
{{ figures_from_records('dpp_people', 'dpp_people', 'people', [[], ['location'], ['sex'], ['location', 'sex']]) }}
union all
{{ figures_from_records('dpp_in_prison', 'dpp_people', 'people', [['custody_status'], ['custody_status', 'sex']]) }}
union all
{{
    figures_from_records(
        'at_large', 'ipp_unlawfully_at_large', 'people', [[], ['duration_band'], ['probation_region']]
    )
}}
union all
{{ figures_from_records('in_hospital', 'ipp_restricted_patients', 'people', [[], ['sex']]) }}
union all
{{
    figures_from_records(
        'falls', 'community_caseload_fall', 'percent', [['since']], statistic='share',
        value='100.0 * sum(fall) / sum(baseline_people)', numerator='sum(fall)', denominator='sum(baseline_people)'
    )
}}
