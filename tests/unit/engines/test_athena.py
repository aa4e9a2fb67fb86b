"""SQL that Trino does not take is found without a Trino."""

import pytest

from engines.athena import check_sql


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) filter (where a = 1) as ones from t as t (a) where a in (1, 2)",
        "select listagg(a, ' + ') within group (order by b) from t group by grouping sets ((a), ())",
        "select last_value(a) ignore nulls over (partition by b order by c) from t",
        "select m.day from t cross join unnest(sequence(date '2015-01-01', t.as_at, interval '1' month)) as m (day)",
        "select position(';' || a || ';' in ';a;') > 0, trim(trailing '0' from b), 'no_function (here)' from t",
    ],
)
def test_sql_of_trino_has_no_problem(sql):
    assert list(check_sql(sql)) == []


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select string_agg(a, ',' order by b) from t", "no function string_agg"),
        ("select date_sub('month', a, b), starts_with(a, 'x') from t", "no function date_sub, starts_with"),
        ("select a from t qualify row_number() over (order by a) = 1 select", "Invalid expression"),
        ("select list[2:] from (t", "Expecting )"),
    ],
)
def test_other_sql_is_found(sql, said):
    assert said in "; ".join(check_sql(sql))
