{{ union_figures([
    source('landing', 'hansard_figures'),
], condition='measure is not null') }}
