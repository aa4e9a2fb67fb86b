{%- set characteristics = [
    ('Age', 'age_band'),
    ('Sex', 'sex'),
    ('Ethnic group', 'ethnicity'),
    ('Religion', 'religion'),
    ('Disability', 'disability'),
    ('Nationality', 'nationality'),
] -%}

with figures as (
    {%- for name, dimension in characteristics %}
    select
        '{{ name }}' as series,
        categories.label as category,
        categories.sort_order as category_order,
        {{ counted_figure('unreleased_demographics', 'people', 'people') }}
    from {{ ref('unreleased_demographics') }} as unreleased_demographics
    left join {{ ref('categories') }} as categories
        on
            unreleased_demographics.breakdown = categories.dimension
            and unreleased_demographics.category = categories.code
    where unreleased_demographics.breakdown = '{{ dimension }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
)

{{ dashboard_block(
    'unreleased_demographics',
    series_in_order=['Age', 'Sex', 'Ethnic group', 'Religion', 'Disability', 'Nationality'],
    category_order='category_order',
    series_first=true
) }}
