{{ union_figures([
    source('landing', 'safety_in_custody_deaths'),
    source('landing', 'safety_in_custody_self_harm'),
], condition='measure is not null') }}
