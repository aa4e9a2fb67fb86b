"""Ten questions put to Parliament or at the Challenge Group of the IPP sentence, answered from the edition in place.

Each cell has the question in our own words, where it was asked, the SQL, the answer as a sentence made from the rows,
and the published figure beside it. `python docs/questions.py` shows them; `marimo edit docs/questions.py` opens them
in a browser.
"""
# ruff: noqa: ANN202 — marimo writes its cells as functions without types

import marimo

app = marimo.App(app_title="Ten questions on the IPP sentence")

with app.setup:
    import sys
    from dataclasses import dataclass

    import duckdb
    import marimo as mo

    from orchestration.settings import Settings

    warehouse = duckdb.connect(str(Settings.from_environment().published_file), read_only=True)

    RECORDS = {
        "synthetic": "counted from synthetic records, which are not about real people",
        "synthetic_scaled": "counted from synthetic records, which are not about real people and not in their number",
    }

    @dataclass(frozen=True)
    class Answer:
        """A question, where it was asked, the SQL, the answer made from its rows, and what is published."""

        question: str
        asked_in: str
        sql: str
        sentence: str
        published: str

        def show(self) -> mo.Html:
            """The answer on a page; as text on standard output if the notebook runs as a program."""
            if not mo.running_in_notebook():
                lines = (self.question, f"Asked in: {self.asked_in}", f"Answer: {self.sentence}", self.published)
                sys.stdout.write("\n  ".join(lines) + "\n\n")
            return mo.md(
                f"## {self.question}\n\nAsked in: {self.asked_in}\n\n```sql{self.sql}```\n\n"
                f"**{self.sentence}**\n\n{self.published}"
            )

    def ask(sql: str) -> list[dict[str, object]]:
        """The rows of a query, each as a dictionary by column."""
        found = warehouse.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def source(row: dict[str, object]) -> str:
        """How the figures of a row of a mart came about."""
        return RECORDS.get(str(row["source_kind"]), "counted from records")


@app.cell
def _():
    mo.md("""
    # Ten questions on the IPP sentence

    Figures counted from synthetic records are not about real people: quote the published figure beside them.
    """)


@app.cell
def _():
    _sql = """
    select
        extract(year from period_end) as year,
        recalls,
        people_recalled,
        published_value,
        published_source,
        source_kind,
    from marts.recalls
    where is_total and period_type = 'calendar_year'
    order by year desc
    limit 1
    """
    _row = ask(_sql)[0]
    recalls_in_a_year = Answer(
        question="How many times were people serving IPP recalled to prison in a year, and how many people was that?",
        asked_in="written question UIN 123795, answered on 22 February 2018, for 2010 to 2016",
        sql=_sql,
        sentence=(
            f"In {_row['year']} there were {_row['recalls']:,} recalls of {_row['people_recalled']:,} people, "
            f"{source(_row)}."
        ),
        published=f"Published: {_row['published_value']:,.0f} recalls ({_row['published_source']}).",
    )
    recalls_in_a_year.show()
    return (recalls_in_a_year,)


@app.cell
def _():
    _sql = """
    with said as (
        select citations.citation
        from meta.citations as citations
        where citations.measure = 'rarr_releases' and citations.period_end = date '2025-03-20'
    )
    select
        releases,
        median_days_on_recall,
        lower_quartile_days_on_recall,
        upper_quartile_days_on_recall,
        source_kind,
        citation,
    from marts.rarr
    left join said on true
    where is_total and period_type = 'financial_year' and period_end = date '2025-03-31'
    """
    _row = ask(_sql)[0]
    time_on_recall_before_rarr = Answer(
        question="How long were people back in prison on recall before a risk assessed recall review released them?",
        asked_in="Challenge Group, minutes of 4 March 2025, item 5 and action 7",
        sql=_sql,
        sentence=(
            f"From 1 November 2024 to 31 March 2025, {_row['releases']} people were released by such a review. Half of "
            f"them had been on recall for {_row['median_days_on_recall']:.0f} days or more; the middle half, for "
            f"{_row['lower_quartile_days_on_recall']:.0f} to {_row['upper_quartile_days_on_recall']:.0f} days, "
            f"{source(_row)}."
        ),
        published=f"Published: no time on recall. {_row['citation']}.",
    )
    time_on_recall_before_rarr.show()
    return (time_on_recall_before_rarr,)


@app.cell
def _():
    _sql = """
    select categories.label as region, events.adjournments, events.deferrals, events.source_kind
    from marts.deferrals_and_adjournments as events
    inner join meta.categories as categories
        on categories.dimension = 'probation_region' and categories.code = events.category
    where
        events.breakdown = 'probation_region'
        and events.period_type = 'financial_year'
        and events.period_end = date '2025-03-31'
    order by events.adjournments desc, region
    """
    _rows = ask(_sql)
    adjournments_by_region = Answer(
        question="How often did the Parole Board adjourn IPP cases, in each probation region?",
        asked_in="Challenge Group, minutes of 4 March 2025, action 6",
        sql=_sql,
        sentence=(
            f"In 2024/25 there were {sum(row['adjournments'] for row in _rows)} adjournments in the "
            f"{len(_rows)} regions, most in {_rows[0]['region']} ({_rows[0]['adjournments']}) and fewest in "
            f"{_rows[-1]['region']} ({_rows[-1]['adjournments']}), {source(_rows[0])}."
        ),
        published="Published: nothing by region.",
    )
    adjournments_by_region.show()
    return (adjournments_by_region,)


@app.cell
def _():
    _sql = """
    select period_end, category, people, published_value, published_source, source_kind
    from marts.dpp_people
    where
        (breakdown = 'custody_status' and category in ('unreleased', 'recalled'))
        or (breakdown = 'location' and category = 'community')
    order by period_end, category
    """
    _rows = ask(_sql)
    _latest = {row["category"]: row for row in _rows if row["period_end"] == _rows[-1]["period_end"]}
    _published = {
        category: [row for row in _rows if row["category"] == category and row["published_value"] is not None]
        for category in ("unreleased", "recalled", "community")
    }
    dpp_by_quarter = Answer(
        question="How many people are serving detention for public protection (DPP), by whether they are in prison?",
        asked_in="written question HL1503, tabled on 11 January 2024; the rows have each quarter",
        sql=_sql,
        sentence=(
            f"On {_rows[-1]['period_end']:%d %B %Y}, {_latest['unreleased']['people']} had never been released, "
            f"{_latest['recalled']['people']} were in prison on recall and {_latest['community']['people']} were on "
            f"licence, {source(_rows[-1])}."
        ),
        published="Published: "
        + "; ".join(
            f"{row['published_value']:.0f} {category} on {row['period_end']:%d %B %Y} ({row['published_source']})"
            for category, rows in _published.items()
            for row in rows
        )
        + ".",
    )
    dpp_by_quarter.show()
    return (dpp_by_quarter,)


@app.cell
def _():
    _sql = """
    with counted as (
        select
            max(people_over_tariff) filter (is_total) as over_tariff,
            sum(people) filter (
                breakdown = 'tariff_expiry_status_by_time_over_tariff_band'
                and category = 'passed'
                and try_cast(string_split(category_2, '_')[1] as integer) >= 10
            ) as ten_years_over,
            any_value(source_kind) as source_kind,
        from marts.tariff_expiry
        where period_end = date '2024-12-31'
    ),
    said as (
        select
            max(value) filter (time_over_tariff_band = 'all') as published_over_tariff,
            max(value) filter (time_over_tariff_band = '10_years_or_more') as published_ten_years_over,
            any_value(publication || ' ' || release_id || ', Table ' || table_number) as published_source,
        from published.tariff_expiry
        where as_at = date '2024-12-31' and sex = 'all' and tariff_expiry_status = 'passed' and value is not null
    )
    select * from counted cross join said
    """
    _row = ask(_sql)[0]
    unreleased_over_tariff = Answer(
        question="How many people who were never released are past their tariff, and how many by ten years or more?",
        asked_in="written question HL10393, and House of Lords, 24 March 2025",
        sql=_sql,
        sentence=(
            f"On 31 December 2024, {_row['over_tariff']:,} were past their tariff, {_row['ten_years_over']:,} of them "
            f"by ten years or more, {source(_row)}."
        ),
        published=(
            f"Published: {_row['published_over_tariff']:,.0f} past their tariff, "
            f"{_row['published_ten_years_over']:,.0f} by ten years or more ({_row['published_source']})."
        ),
    )
    unreleased_over_tariff.show()
    return (unreleased_over_tariff,)


@app.cell
def _():
    _sql = """
    select
        reviews.stage,
        coalesce(categories.label, 'Total') as outcome,
        reviews.cases,
        reviews.outcome_percent,
        reviews.median_days_to_decide,
        reviews.published_value,
        reviews.published_source,
        reviews.source_kind,
    from marts.termination_reviews as reviews
    left join meta.categories as categories
        on categories.dimension = reviews.breakdown and categories.code = reviews.category
    where
        reviews.period_type = 'as_at'
        and reviews.period_end = date '2025-03-04'
        and (reviews.is_total or reviews.breakdown = 'outcome')
    order by categories.sort_order nulls first, reviews.stage
    """
    _rows = ask(_sql)
    _total = {row["stage"]: row for row in _rows if row["outcome"] == "Total"}
    _outcomes = [row for row in _rows if row["outcome"] != "Total"]
    _days = ask("""
    select value from marts.figures
    where measure = 'termination_decision_days' and breakdown = 'statistic=most_cases' and is_latest
    """)[0]["value"]
    termination_outcomes = Answer(
        question="What did the Parole Board decide in cases of licence termination, and how long did it take?",
        asked_in="Challenge Group, minutes of 4 March 2025, item 5 and action 8",
        sql=_sql,
        sentence=(
            f"By 4 March 2025, {_total['referred']['cases']} cases were referred and {_total['decided']['cases']} "
            f"decided, half of them within {_total['decided']['median_days_to_decide']:.0f} days: "
            + ", ".join(f"{row['outcome'].lower()} {row['outcome_percent']:.1f}%" for row in _outcomes)
            + f", {source(_rows[0])}."
        ),
        published=(
            f"Published: {_total['referred']['published_value']:.0f} referred, "
            f"{_total['decided']['published_value']:.0f} decided, most in {_days:.0f} days: "
            + ", ".join(f"{row['outcome'].lower()} {row['published_value']:g}%" for row in _outcomes)
            + f" ({_total['referred']['published_source']})."
        ),
    )
    termination_outcomes.show()
    return (termination_outcomes,)


@app.cell
def _():
    _sql = """
    select
        durations.period_end,
        durations.people,
        durations.published_value,
        durations.published_source,
        durations.source_kind,
        population.people as recalled,
    from marts.recall_durations as durations
    inner join marts.prison_population as population
        on
            population.period_end = durations.period_end
            and population.breakdown = 'custody_status'
            and population.category = 'recalled'
    where
        durations.duration = 'time_since_recall'
        and durations.period_end = date '2020-12-31'
        and durations.published_value is not null
    """
    _row = ask(_sql)[0]
    recalled_over_a_year = Answer(
        question="How many people have been in prison for more than a year since they were recalled?",
        asked_in="written question UIN 153109, answered on 22 February 2021",
        sql=_sql,
        sentence=(
            f"On {_row['period_end']:%d %B %Y}, {_row['people']:,} of {_row['recalled']:,} recalled people had been "
            f"back in prison for more than a year, {source(_row)}."
        ),
        published=f"Published: {_row['published_value']:,.0f} people ({_row['published_source']}).",
    )
    recalled_over_a_year.show()
    return (recalled_over_a_year,)


@app.cell
def _():
    _sql = """
    select extract(year from period_end) as year, releases, published_value, published_source, source_kind
    from marts.first_releases
    where is_total and period_type = 'calendar_year'
    order by year
    """
    _rows = ask(_sql)
    first_releases = Answer(
        question="How many people serving IPP were released for the first time, in each year?",
        asked_in="written question UIN 121861, answered on 15 January 2018, for 2015 to mid-2017",
        sql=_sql,
        sentence=(
            "First releases by year: "
            + ", ".join(f"{row['releases']} in {row['year']}" for row in _rows)
            + f", {source(_rows[0])}."
        ),
        published="Published: "
        + "; ".join(
            f"{row['published_value']:.0f} in {row['year']} ({row['published_source']})"
            for row in _rows
            if row["published_value"] is not None
        )
        + ".",
    )
    first_releases.show()
    return (first_releases,)


@app.cell
def _():
    _sql = """
    select period_type, period_end, people, transfers, published_value, published_source, source_kind
    from marts.secure_hospital
    where is_total and period_end = date '2023-12-31' and period_type in ('as_at', 'calendar_year')
    order by period_type
    """
    _day, _year = ask(_sql)
    in_hospital = Answer(
        question="How many people serving IPP are in secure hospital, and how many transfers from prison are there?",
        asked_in="written question UIN 24924, answered on 13 May 2024",
        sql=_sql,
        sentence=(
            f"On 31 December 2023, {_day['people']} people were in secure hospital. In the year there were "
            f"{_year['transfers']} transfers from prison, {source(_day)}."
        ),
        published=(
            f"Published: {_day['published_value']:.0f} people ({_day['published_source']}); "
            f"{_year['published_value']:.0f} transfers ({_year['published_source']})."
        ),
    )
    in_hospital.show()
    return (in_hospital,)


@app.cell
def _():
    _sql = """
    select extract(year from self_harm.period_end) as year, self_harm.value, releases.title
    from published.self_harm as self_harm
    inner join meta.releases as releases using (publication, release_id)
    where
        self_harm.statistic = 'rate' and self_harm.custody_status = 'unreleased' and self_harm.value is not null
    order by year
    """
    _rows = ask(_sql)
    self_harm_rate = Answer(
        question="How many times a year do people who were never released harm themselves, for every 1,000 of them?",
        asked_in="written question of the Lord Bishop of Gloucester, answered on 12 April 2023",
        sql=_sql,
        sentence=(
            f"In {_rows[-1]['year']} there were {_rows[-1]['value']:,.0f} incidents for every 1,000 people, and "
            f"{_rows[0]['value']:,.0f} in {_rows[0]['year']}."
        ),
        published=(
            "Published: "
            + ", ".join(f"{row['value']:,g} in {row['year']}" for row in _rows)
            + f" ({_rows[0]['title']}). We hold no records of self-harm, so nothing is counted."
        ),
    )
    self_harm_rate.show()
    return (self_harm_rate,)


if __name__ == "__main__":
    app.run()
