{{ config(materialized='table') }}

{{ figures_of_marts([
    'recalls',
    'caseload_by_location',
    'prison_population',
    'community_caseload',
    'tariff_expiry',
    'dpp_people',
    'unlawfully_at_large',
    'secure_hospital',
    'unreleased_demographics',
    'community_deaths',
    's117_aftercare',
    'approved_premises',
    'open_acct',
]) }}
