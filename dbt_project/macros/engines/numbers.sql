{#- A number as text with thousands separators and that many decimals: 1012 is `1,012`, 83.9 is `83.9`. -#}
{% macro number_text(number, decimals) -%}
    {{ return(adapter.dispatch('number_text', 'ipp')(number, decimals)) }}
{%- endmacro %}
{% macro default__number_text(number, decimals) -%} format('{:,.{{ decimals }}f}', {{ number }}) {%- endmacro %}
{% macro spark__number_text(number, decimals) -%} format_number({{ number }}, {{ decimals }}) {%- endmacro %}
{% macro athena__number_text(number, decimals) -%} format('%,.{{ decimals }}f', {{ number }}) {%- endmacro %}
