{#- The rows of `figures` and `breakdown_label`, its breakdown in words: `Sex: Female; Probation region: Wales`; `Total` for ''. -#}
{% macro with_breakdown_label(figures, most_pairs=3) -%}
select
    {{ figures }}.*,
    case
        when {{ figures }}.breakdown = '' then 'Total'
        else
            {%- for number in range(1, most_pairs + 1) %}
            {{ '|| ' if not loop.first }}{{ pair_in_words(pair_of(figures, number), 'names_' ~ number ~ '.label', loop.first) }}
            {%- endfor %}
    end as breakdown_label
from {{ figures }}
{%- for number in range(1, most_pairs + 1) %}
left join {{ ref('categories') }} as names_{{ number }}
    on
        split_part({{ pair_of(figures, number) }}, '=', 1) = names_{{ number }}.dimension
        and split_part({{ pair_of(figures, number) }}, '=', 2) = names_{{ number }}.code
{%- endfor %}
{%- endmacro %}

{% macro pair_of(figures, number) -%} split_part({{ figures }}.breakdown, ';', {{ number }}) {%- endmacro %}

{#- A pair in words: `sex=female` is `Sex: Female`; '' for ''. Pairs after the first begin with `; `. -#}
{% macro pair_in_words(pair, label, is_first) -%}
    case
        when {{ pair }} = '' then ''
        else
            {{ "'; ' || " if not is_first }}{{ words_of_code("split_part(" ~ pair ~ ", '=', 1)") }}
            || ': '
            || coalesce({{ label }}, {{ words_of_code("split_part(" ~ pair ~ ", '=', 2)") }})
    end
{%- endmacro %}

{#- `probation_region` is `Probation region`; the field's abbreviations stay in capitals. -#}
{% macro words_of_code(code) -%}
    case
        when {{ code }} in ('rag', 'pra') then upper({{ code }})
        when {{ code }} = 'rag_from' then 'RAG in the exercise before'
        when {{ code }} = 'rag_to' then 'RAG in the exercise after'
        when {{ code }} like '%prison_code' then 'Prison'
        else upper(substr({{ code }}, 1, 1)) || replace(substr({{ code }}, 2), '_', ' ')
    end
{%- endmacro %}
