-- A band without a row in its seed would have no place in a chart and no mark of being cumulative.
select
    as_at,
    tariff_band,
    original_tariff,
    time_over_tariff_band
from {{ ref('published_tariff_expiry') }}
where
    (time_over_tariff_band <> 'all' and time_over_tariff_order is null)
    or ((tariff_band <> 'all' or original_tariff <> 'all') and tariff_order is null)
