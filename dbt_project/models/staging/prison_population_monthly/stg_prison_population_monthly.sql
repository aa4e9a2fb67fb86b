{{ union_figures([
    source('landing', 'prison_population_monthly_prisons'),
], condition='measure is not null') }}
