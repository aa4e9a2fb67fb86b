with releases as (
    select
        sex,
        probation_region,
        released_on,
        days_on_recall,
        days_saved
    from {{ ref('int_rarr_releases') }}
),

considerations as (
    select
        recall_id,
        considered_on,
        decided_on,
        decision as outcome,
        {{ days_between('considered_on', 'decided_on') }} as days_to_decide
    from {{ source('records', 'ppud_rarr') }}
    where considered_on >= date '{{ var("rarr_in_force_from") }}'
),

recalls as (
    select
        recall_id,
        probation_region,
        licence_revoked_on,
        is_out_of_touch,
        allegation_unsubstantiated_on,
        disregarded_on
    from {{ ref('int_recalls') }}
),

considered_recalls as (
    select distinct recall_id
    from considerations
),

-- Those that Target 6 is about, from the day on which there was a review to consider them for.
recalls_to_consider as (
    select
        recalls.probation_region,
        recalls.licence_revoked_on,
        considered_recalls.recall_id is not null as is_considered
    from recalls
    left join considered_recalls on recalls.recall_id = considered_recalls.recall_id
    where
        recalls.licence_revoked_on >= date '{{ var("rarr_in_force_from") }}'
        and (recalls.is_out_of_touch or recalls.allegation_unsubstantiated_on is not null)
),

released_in_months as (
    {{ events_in_periods('releases', 'released_on', [], ['month']) }}
),

released as (
    {{ events_in_periods('releases', 'released_on', ['sex', 'probation_region', 'days_on_recall', 'days_saved']) }}
),

to_consider as (
    {{ events_in_periods('recalls_to_consider', 'licence_revoked_on', ['probation_region', 'is_considered']) }}
),

considered as (
    {{ events_in_periods('considerations', 'considered_on', []) }}
),

decided as (
    {{ events_in_periods('considerations', 'decided_on', ['outcome', 'days_to_decide']) }}
),

disregarded as (
    {{ events_in_periods('recalls', 'disregarded_on', []) }}
)

{{ counted([
    {'from': 'released_in_months', 'columns': {'releases': 'count(*)'}},
    {'from': 'released', 'by': [[], ['sex'], ['probation_region']], 'columns': {'releases': 'count(*)'}},
    {
        'from': 'released',
        'columns': {
            'releases_with_days_on_recall': 'count(days_on_recall)',
            'mean_days_on_recall': 'avg(days_on_recall)',
            'lower_quartile_days_on_recall': quantile('days_on_recall', 0.25),
            'median_days_on_recall': quantile('days_on_recall', 0.5),
            'upper_quartile_days_on_recall': quantile('days_on_recall', 0.75),
            'releases_with_days_saved': 'count(days_saved)',
            'mean_days_saved': 'avg(days_saved)',
            'lower_quartile_days_saved': quantile('days_saved', 0.25),
            'median_days_saved': quantile('days_saved', 0.5),
            'upper_quartile_days_saved': quantile('days_saved', 0.75)
        }
    },
    {
        'from': 'to_consider',
        'by': [[], ['probation_region']],
        'columns': {
            'recalls_to_consider': 'count(*)',
            'recalls_considered': count_where('is_considered'),
            'recalls_considered_percent': percent_where('is_considered')
        }
    },
    {'from': 'considered', 'columns': {'reviews_begun': 'count(*)'}},
    {
        'from': 'decided',
        'by': [[], ['outcome']],
        'columns': {
            'reviews_decided': 'count(*)',
            'mean_days_to_decide': 'avg(days_to_decide)',
            'lower_quartile_days_to_decide': quantile('days_to_decide', 0.25),
            'median_days_to_decide': quantile('days_to_decide', 0.5),
            'upper_quartile_days_to_decide': quantile('days_to_decide', 0.75)
        }
    },
    {'from': 'disregarded', 'columns': {'recalls_disregarded': 'count(*)'}},
]) }}
