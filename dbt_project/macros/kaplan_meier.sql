{#-
    The Kaplan-Meier estimate of how long it takes until something happens, when some records are censored: no longer followed before
    it happened.

    `source` is a CTE or relation with one row for each record followed; `groups` are the columns that tell the groups apart; `time` is
    how long the record was followed, and `happened` whether the event ended it (false: censored). A record censored at a time at which
    others have the event still counts as at risk of it.

    Gives one row for each group and time at which a record ends:
        at_risk      records followed until then
        events       those of them to which it happened then
        censored     those whose following ended then without it
        survival     share to which it has not happened by then: product of (1 - events / at_risk) up to then
        lower_limit, upper_limit
                     95 per cent confidence limits, from Greenwood's variance on the scale of ln(-ln(survival)), so that they stay
                     between 0 and 1. 1 where nothing has happened yet and 0 where it has happened to all: the formula has none there.

    Kaplan and Meier, Journal of the American Statistical Association 53 (1958), 457-481; Kalbfleisch and Prentice, The Statistical
    Analysis of Failure Time Data, for the limits.
-#}
{% macro kaplan_meier(source, groups, time, happened) -%}
    {%- set partition = groups | join(', ') -%}
    {#- Of the standard normal distribution: 2.5 per cent lie above it. -#}
    {%- set deviate = 1.959963984540054 -%}
    select
        {{ groups | join(',\n        ') }},
        {{ time }},
        at_risk,
        events,
        censored,
        survival,
        case
            when events_so_far = 0 then 1.0
            when survival = 0 then 0.0
            else exp(-exp(ln(-ln(survival)) - {{ deviate }} * sqrt(greenwood) / ln(survival)))
        end as lower_limit,
        case
            when events_so_far = 0 then 1.0
            when survival = 0 then 0.0
            else exp(-exp(ln(-ln(survival)) + {{ deviate }} * sqrt(greenwood) / ln(survival)))
        end as upper_limit
    from (
        select
            {{ groups | join(',\n            ') }},
            {{ time }},
            at_risk,
            events,
            censored,
            sum(events) over so_far as events_so_far,
            -- Once everybody at risk has the event there is no logarithm, and no person is left to follow.
            case
                when bool_or(events = at_risk) over so_far then 0.0
                else exp(sum(case when events < at_risk then ln(1 - 1e0 * events / at_risk) end) over so_far)
            end as survival,
            sum(case when events < at_risk then 1e0 * events / at_risk / (at_risk - events) end) over so_far
                as greenwood
        from (
            select
                {{ groups | join(',\n                ') }},
                {{ time }},
                cast(count(*) filter (where {{ happened }}) as bigint) as events,
                cast(count(*) filter (where not {{ happened }}) as bigint) as censored,
                cast(
                    sum(count(*)) over (
                        partition by {{ partition }}
                        order by {{ time }} desc
                        rows between unbounded preceding and current row
                    ) as bigint
                ) as at_risk
            from {{ source }}
            group by
                {{ groups | join(',\n                ') }},
                {{ time }}
        ) as counted
        window so_far as (
            partition by {{ partition }}
            order by {{ time }}
            rows between unbounded preceding and current row
        )
    ) as estimated
{%- endmacro %}

{#-
    The time by which it has happened to a share of the records of a group, for an aggregate over the rows of `kaplan_meier`: the first
    time at which `estimate` (survival, or a limit of it) has fallen to 1 - share. Null while it has not. An estimate that equals the
    share but for the last binary digits counts as equal.
-#}
{% macro survival_time(estimate, time, share) -%}
    min({{ time }}) filter (where {{ estimate }} <= 1 - {{ share }} + 1e-9)
{%- endmacro %}

{#-
    What the rows of `kaplan_meier` say of a number of months, for an aggregate over the rows of a group: whether any record was followed so
    long, the events seen by then, and the estimate with its limits. `horizon` is the column with its days. The curve is a staircase: what
    holds at a time is the last step before it, and 1 before the first step.
-#}
{% macro survival_within(months, horizon, time='days') -%}
    max({{ time }}) >= max({{ horizon }})
    or coalesce(min(survival) filter (where {{ time }} <= {{ horizon }}), 1) = 0 as is_followed_{{ months }}_months,
    coalesce(sum(events) filter (where {{ time }} <= {{ horizon }}), 0) as ended_within_{{ months }}_months,
    {%- for estimate in ['survival', 'lower_limit', 'upper_limit'] %}
    coalesce(max_by({{ estimate }}, {{ time }}) filter (where {{ time }} <= {{ horizon }}), 1) as {{ estimate }}_{{ months }}_months
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
