{{ union_figures([
    source('landing', 'licence_termination_figures'),
], condition='measure is not null') }}
