{{ config(materialized='table') }}

{{ figures_of_marts([
    'recalls',
    'first_releases',
    'rereleases',
]) }}
