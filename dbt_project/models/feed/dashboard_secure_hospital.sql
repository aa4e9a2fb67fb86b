with figures as (
    select
        'Restricted patients' as series,
        'People in secure hospital' as category,
        {{ counted_figure('secure_hospital', 'people', 'people') }}
    from {{ ref('secure_hospital') }} as secure_hospital
    where
        secure_hospital.is_total
        and secure_hospital.period_type = 'as_at'
        and {{ in_last_years('secure_hospital', 10) }}
)

{{ dashboard_block('secure_hospital') }}
