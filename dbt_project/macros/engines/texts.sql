{#- Parts of texts put in order and joined, which every engine does with other functions. -#}

{#- The texts of a group, joined in an order, for an aggregate: all three are expressions. Nulls are left out. -#}
{% macro joined_text(text, separator, order) -%}
    {{ return(adapter.dispatch('joined_text', 'ipp')(text, separator, order)) }}
{%- endmacro %}
{% macro default__joined_text(text, separator, order) -%}
    string_agg({{ text }}, {{ separator }} order by {{ order }})
{%- endmacro %}
{% macro spark__joined_text(text, separator, order) -%}
    array_join(
        transform(
            array_sort(collect_list(struct({{ order }} as place, {{ text }} as part))),
            placed -> placed.part
        ),
        {{ separator }}
    )
{%- endmacro %}
{% macro athena__joined_text(text, separator, order) -%}
    listagg({{ text }}, {{ separator }}) within group (order by {{ order }})
{%- endmacro %}

{#- Pairs joined by `;`, in the order of the alphabet; `;` at either end of the text is left out. -#}
{% macro sorted_pairs(text) -%}
    {{ return(adapter.dispatch('sorted_pairs', 'ipp')(text)) }}
{%- endmacro %}
{% macro default__sorted_pairs(text) -%}
    array_to_string(list_sort(string_split(trim(both ';' from {{ text }}), ';')), ';')
{%- endmacro %}
{% macro spark__sorted_pairs(text) -%}
    array_join(array_sort(split(trim(both ';' from {{ text }}), ';')), ';')
{%- endmacro %}
{% macro athena__sorted_pairs(text) -%} {{ spark__sorted_pairs(text) }} {%- endmacro %}
