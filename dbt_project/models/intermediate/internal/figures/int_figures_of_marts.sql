{{ config(materialized='table') }}

{{ figures_of_marts([
    'recalls',
    'rag_ratings',
    'appropriate_prison',
    'progression_panels',
    'progression_regimes',
    'rotl',
    'progressive_transfers',
    'accredited_programmes',
    'offender_manager_contact',
    'psychology_reviews',
    'community_psychology',
    'opd_caseload',
    'parole_hearings',
    'deferrals_and_adjournments',
    'parole_reports',
    'parole_intervals',
    'reviews_without_progression',
    'open_conditions',
    'pra_deep_dive',
]) }}
