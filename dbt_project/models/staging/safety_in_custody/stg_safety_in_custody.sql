{{ union_figures([
    source('landing', 'safety_in_custody_assaults_by_sentence'),
    source('landing', 'safety_in_custody_deaths'),
    source('landing', 'safety_in_custody_deaths_by_sentence'),
    source('landing', 'safety_in_custody_self_harm'),
    source('landing', 'safety_in_custody_self_harm_by_sentence'),
], condition='measure is not null') }}
