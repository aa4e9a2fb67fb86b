{{ union_figures([
    source('landing', 'secondary_sources_figures'),
], condition='measure is not null') }}
