with figures as (
    select
        'Counted from records' as series,
        'Transfers to hospital' as category,
        {{ counted_figure('secure_hospital', 'transfers', 'transfers') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'calendar_year'
        and {{ is_published('secure_hospital') }}
    union all
    select
        'Published' as series,
        'Transfers to hospital' as category,
        {{ published_figure('secure_hospital', 'transfers') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('secure_hospital') }}
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'calendar_year'
        and {{ is_published('secure_hospital') }}
)

{{ dashboard_block('hospital_transfers_compared') }}
