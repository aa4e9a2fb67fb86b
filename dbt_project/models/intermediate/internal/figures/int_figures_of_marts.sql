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
]) }}
