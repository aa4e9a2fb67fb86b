{{ config(materialized='table') }}

{{ figures_of_marts([
    'recalls',
    'first_releases',
    'rereleases',
    'recall_reasons',
    'recall_rates',
    'recall_durations',
    'recall_referrals',
    'rarr',
    'licence_terminations',
    'termination_eligibility',
    'termination_schedule',
    'termination_reviews',
    'termination_reports',
    'suspension_of_supervision',
]) }}
