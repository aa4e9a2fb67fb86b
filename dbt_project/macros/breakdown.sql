{#-
    A breakdown is '' for a total, else `key=value` pairs sorted by key and joined by `;`. Only these macros know that.
-#}

{#- The value of one key, or `otherwise` ('all', the total) when the breakdown does not have the key. -#}
{% macro breakdown_value(breakdown, key, otherwise='all') -%}
    coalesce(nullif(regexp_extract(';' || {{ breakdown }} || ';', ';{{ key }}=([^;]*);', 1), ''), '{{ otherwise }}')
{%- endmacro %}

{#- Whether the breakdown has the pair; `pair` is an expression, such as a column or a quoted text. -#}
{% macro has_breakdown_pair(breakdown, pair) -%}
    position(';' || {{ pair }} || ';' in ';' || {{ breakdown }} || ';') > 0
{%- endmacro %}

{#- The breakdown with `without` taken out and `with` put in its place in the order; both are expressions, `with` may be ''. -#}
{% macro replace_breakdown_pair(breakdown, without, with) -%}
    {{ sorted_pairs("replace(';' || " ~ breakdown ~ " || ';', ';' || " ~ without ~ " || ';', ';') || " ~ with) }}
{%- endmacro %}
