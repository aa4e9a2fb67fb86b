{% set month = var('days_in_a_month') -%}

with recalls as (
    select
        'time_recalled_completed' as duration,
        sentence_type,
        rereleased_on,
        {{ whole_months('returned_to_custody_on', 'rereleased_on') }} as whole_months
    from {{ ref('int_recalls') }}
    where
        returned_to_custody_on is not null
        and rereleased_on is not null
),

rereleased as (
    {{ events_in_periods('recalls', 'rereleased_on', ['duration', 'sentence_type', 'whole_months']) }}
),

rarr_releases as (
    select
        'time_on_recall_before_rarr' as duration,
        released_on,
        days_on_recall as days
    from {{ ref('int_rarr_releases') }}
),

released_by_rarr as (
    {{ events_in_periods('rarr_releases', 'released_on', ['duration', 'days']) }}
),

recalled as (
    select
        'time_since_recall' as duration,
        period_type,
        period_start,
        period_end,
        delivery_unit,
        returned_to_custody_on,
        {{ days_between('returned_to_custody_on', 'period_end') }} as days
    from {{ ref('int_people_on_days') }}
    where status = 'in_prison_recalled'
),

bands as (
    select
        time_since_recall,
        more_than_years,
        at_most_years
    from {{ ref('time_since_recall_bands') }}
),

-- Bands overlap: a person is in one row for each band that holds.
banded as (
    select
        recalled.duration,
        recalled.period_type,
        recalled.period_start,
        recalled.period_end,
        bands.time_since_recall
    from recalled
    inner join bands
        on
            (
                bands.more_than_years = 0
                or recalled.period_end > {{ plus_years('recalled.returned_to_custody_on', 'bands.more_than_years') }}
            )
            and (
                bands.at_most_years is null
                or recalled.period_end <= {{ plus_years('recalled.returned_to_custody_on', 'bands.at_most_years') }}
            )
),

-- The curve is a staircase: each step lasts until the next day on which a spell ends.
steps as (
    select
        duration,
        first_or_rerelease,
        period_type,
        period_start,
        period_end,
        days,
        at_risk,
        events,
        survival,
        lower_limit,
        upper_limit,
        days - lag(days, 1, 0) over (
            partition by duration, first_or_rerelease, period_type, period_start, period_end
            order by days
        ) as days_of_step,
        lag(survival, 1, 1.0) over (
            partition by duration, first_or_rerelease, period_type, period_start, period_end
            order by days
        ) as survival_of_step
    from {{ ref('int_survival_curves') }}
),

horizons as (
    select
        max(case when months = 3 then days end) as days_3,
        max(case when months = 6 then days end) as days_6,
        max(case when months = 12 then days end) as days_12,
        max(case when months = 24 then days end) as days_24
    from {{ ref('survival_horizons') }}
),

steps_and_horizons as (
    select
        steps.*,
        horizons.*
    from steps
    cross join horizons
),

estimates as (
    select
        duration,
        first_or_rerelease,
        period_type,
        period_start,
        period_end,
        max(at_risk) as spells,
        sum(events) as spells_ended,
        max(days) as followed_days,
        -- Of a curve that ends high, the area says how long spells were followed and not how long they are.
        case when min(survival) <= 0.25 + 1e-9 then sum(survival_of_step * days_of_step) end as mean_days,
        1e0 * sum(events * days) / nullif(sum(events), 0) as mean_completed_days,
        {{ survival_time('survival', 'days', 0.25) }} as lower_quartile_days,
        {{ survival_time('survival', 'days', 0.5) }} as median_days,
        {{ survival_time('survival', 'days', 0.75) }} as upper_quartile_days,
        {{ survival_time('lower_limit', 'days', 0.5) }} as lower_limit_days,
        {{ survival_time('upper_limit', 'days', 0.5) }} as upper_limit_days,
        {{ survival_within(3, 'days_3') }},
        {{ survival_within(6, 'days_6') }},
        {{ survival_within(12, 'days_12') }},
        {{ survival_within(24, 'days_24') }}
    from steps_and_horizons
    group by
        duration,
        first_or_rerelease,
        period_type,
        period_start,
        period_end
),

{%- set spells = {'spells': 'count(days)'} %}
{%- for name, value in {
    'mean': 'avg(days)',
    'lower_quartile': quantile('days', 0.25),
    'median': quantile('days', 0.5),
    'upper_quartile': quantile('days', 0.75),
}.items() %}
{%- do spells.update({name ~ '_days': value, name ~ '_months': 'round(' ~ value ~ ' / ' ~ month ~ ', 1)'}) %}
{%- endfor %}
{%- set estimated = {
    'spells': 'max(spells)',
    'spells_ended': 'max(spells_ended)',
    'followed_days': 'max(followed_days)',
} %}
{%- for name in [
    'mean', 'mean_completed', 'lower_quartile', 'median', 'upper_quartile', 'lower_limit', 'upper_limit'
] %}
{%- do estimated.update({name ~ '_months': 'round(max(' ~ name ~ '_days) / ' ~ month ~ ', 1)'}) %}
{%- endfor %}
{#- The limits change places: the share to which it has happened is what survival leaves. #}
{%- for months in [3, 6, 12, 24] %}
{%- set within = 'ended_within_' ~ months ~ '_months' %}
{%- set is_followed = 'is_followed_' ~ months ~ '_months' %}
{%- do estimated.update({within: 'max(' ~ within ~ ')'}) %}
{%- for suffix, estimate in {'': 'survival', '_lower_limit': 'upper_limit', '_upper_limit': 'lower_limit'}.items() %}
{%- set survived = 'max(' ~ estimate ~ '_' ~ months ~ '_months) filter (where ' ~ is_followed ~ ')' %}
{%- do estimated.update({within ~ suffix ~ '_percent': '100 * (1 - ' ~ survived ~ ')'}) %}
{%- endfor %}
{%- endfor %}

counted as (
    {{ counted([
        {
            'from': 'rereleased',
            'by': [[], ['sentence_type']],
            'columns': {'spells': 'count(*)', 'mean_months': 'round(avg(whole_months))'}
        },
        {'from': 'released_by_rarr', 'columns': spells},
        {'from': 'recalled', 'columns': dict(spells, people='count(*)')},
        {
            'from': 'recalled',
            'where': in_last_four_quarters(),
            'by': [['delivery_unit']],
            'columns': dict(spells, people='count(*)')
        },
        {'from': 'banded', 'by': [['time_since_recall']], 'columns': {'people': 'count(*)'}},
        {'from': 'estimates', 'where': "first_or_rerelease = 'all'", 'columns': estimated},
        {
            'from': 'estimates',
            'where': "first_or_rerelease <> 'all'",
            'by': [['first_or_rerelease']],
            'columns': estimated
        },
    ], keys=['duration']) | indent(4) }}
)

{{ with_published(
    'counted',
    [
        {'measure': 'ipp_mean_time_recalled', 'where': "counted.duration = 'time_recalled_completed'"},
        {'measure': 'ipp_time_since_recall', 'where': "counted.duration = 'time_since_recall'"},
    ],
    ['people'] + (dict(spells, **estimated).keys() | list),
    keys=['duration']
) }}
