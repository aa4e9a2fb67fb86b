with considerations as (
    select
        recall_id,
        considered_on,
        decided_on,
        decision as outcome,
        decided_on - considered_on as days_to_decide
    from {{ ref('stg_ppud_rarr') }}
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

{{ shares_from_records('to_consider', 'rarr_considered_share', 'is_considered', [[], ['probation_region']]) }}
union all
{{ figures_from_records('considered', 'rarr_decisions', 'reviews', statistic='considered') }}
union all
{{ figures_from_records('decided', 'rarr_decisions', 'reviews', [[], ['outcome']], statistic='decided') }}
union all
{{ distribution_from_records('decided', 'rarr_decisions', 'days', 'days_to_decide', [[], ['outcome']]) }}
union all
{{ figures_from_records('disregarded', 'recalls_disregarded', 'recalls') }}
