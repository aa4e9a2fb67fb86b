{{ union_figures([
    source('landing', 'challenge_group_minutes_figures'),
], condition='measure is not null') }}
