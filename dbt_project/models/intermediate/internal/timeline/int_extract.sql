{{ config(materialized='table') }}

-- What the records are and until when they go: one row.
select
    max(as_at) as extract_as_at,
    max(source_kind) as source_kind
from {{ source('records', 'ppud_sentence') }}
