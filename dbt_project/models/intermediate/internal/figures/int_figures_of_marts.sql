{{ config(materialized='table') }}

{{ figures_of_marts([
    'recalls',
    'parole_hearings',
    'deferrals_and_adjournments',
    'parole_reports',
    'parole_intervals',
    'reviews_without_progression',
    'open_conditions',
    'pra_deep_dive',
]) }}
