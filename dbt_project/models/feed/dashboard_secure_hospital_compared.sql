with figures as (
    select
        'Counted from records' as series,
        'Restricted patients' as category,
        {{ counted_figure('secure_hospital', 'people', 'people') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'as_at'
        and {{ is_published('secure_hospital') }}
    union all
    select
        'Published' as series,
        'Restricted patients' as category,
        {{ published_figure('secure_hospital', 'people') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    inner join {{ source('meta', 'releases') }} as releases on {{ is_release_of('secure_hospital') }}
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'as_at'
        and {{ is_published('secure_hospital') }}
)

{{ dashboard_block('secure_hospital_compared') }}
