{{ union_figures([
    source('landing', 'proven_reoffending_serious_further_offences'),
], condition='measure is not null') }}
