{{ union_figures([
    source('landing', 'restricted_patients_population'),
    source('landing', 'restricted_patients_transfers'),
], condition='measure is not null') }}
