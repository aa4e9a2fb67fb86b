{{ union_figures([
    source('landing', 'deaths_in_the_community_figures'),
], condition='measure is not null') }}
