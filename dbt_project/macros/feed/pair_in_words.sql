{#- A pair of a breakdown in words: `sex=female` is `Sex: Female`; '' for ''. Pairs after the first begin with `; `. -#}
{% macro pair_in_words(pair, label) -%}
    case
        when {{ pair }} = '' then ''
        else
            {{ "'; ' ||" if not pair.endswith('_1') }}
            {{ words_of_code("split_part(" ~ pair ~ ", '=', 1)") }}
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
