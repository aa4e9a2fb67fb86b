{{ union_figures([
    source('landing', 'annual_report_figures'),
], condition='measure is not null') }}
