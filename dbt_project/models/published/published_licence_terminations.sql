select
    figures.measure,
    figures.period_end as as_at,
    {{ breakdown_value('figures.breakdown', 'outcome') }} as outcome,
    case figures.measure
        when 'termination_outcome_share' then 'share'
        else {{ breakdown_value('figures.breakdown', 'statistic', otherwise='count') }}
    end as statistic,
    {{ figure_columns('figures') }}
from {{ ref('published_figures') }} as figures
where
    figures.is_latest
    and figures.measure in (
        'automatic_licence_terminations',
        'termination_referrals',
        'termination_not_yet_referred',
        'termination_decisions',
        'termination_outcome_share',
        'termination_decision_days',
        'termination_added_to_recall_referral'
    )
