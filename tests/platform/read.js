// What a dashboard page shows, read in the browser: run by read_page in pages.py.
() => {
  const text = element => element ? element.textContent.trim() : ''
  const all = (root, selector) => [...root.querySelectorAll(selector)]
  const chart = canvas => {
    const drawn = canvas && Chart.getChart(canvas)
    return drawn ? { labels: drawn.data.labels, datasets: drawn.data.datasets.map(({ label, data }) => ({ label, data: [...data] })) } : null
  }
  return {
    visualisations: Object.fromEntries(all(document, '.dashboard-visualisation-container').map(box => [
      box.id.replace('-dash-section-visualisation', ''),
      {
        chart: chart(box.querySelector('canvas')),
        tables: all(box, 'table').map(table => ({
          head: all(table, 'thead tr:last-child th').map(text), // above it the platform writes OFFICIAL
          rows: all(table, 'tbody tr').map(row => all(row, 'th, td').map(text)),
        })),
        headlines: all(box, '.chart-tabs-details__item--headlines h4').map(h => [text(h), text(h.nextElementSibling)]),
        dates: all(box, '.chart-tabs-details__item--meta p').map(text),
      },
    ])),
    cards: Object.fromEntries(all(document, '.dpr-scorecard').map(card => [
      card.querySelector('p').id.replace(/_title_[0-9]+$/, ''),
      {
        value: text(card.querySelector('.dpr-scorecard__value')),
        colour: card.querySelector('.dpr-scorecard__value').getAttribute('style'),
      },
    ])),
  }
}
