// Writes dashboard pages with the platform's own front-end: its code makes the sections, its templates the page.
//
//   node render.mjs FOLDER < jobs.json        jobs: [{"name", "definition", "rows"}]; rows as the dataset's query gives them
//
// Writes FOLDER/<name>.html for each job, platform.css, platform.js, and outcomes.json: {name: null, or why the page failed}.
import { readFileSync, existsSync, mkdirSync, writeFileSync, copyFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, 'node_modules')
const platform = join(packages, '@ministryofjustice/hmpps-digital-prison-reporting-frontend')
const moj = join(packages, '@ministryofjustice/frontend')
const govuk = join(packages, 'govuk-frontend/dist')

const require = createRequire(import.meta.url)
// By path: the package names only its entry points for a whole Express server.
const theirs = path => require(join(platform, 'cjs/dpr', path))

// The platform's back-end is Kotlin, so its two answers are made here. The names are those of ministryofjustice/
// hmpps-digital-prison-reporting-lib: service/DashboardDefinitionMapper.kt (definition) and controller/model/*Definition.kt.
const schemaType = { string: 'string', timestamp: 'timestamp', date: 'date', double: 'double', integer: 'long', boolean: 'boolean' }
const withoutPrefix = id => id.replace(/^\$ref:/, '')

function mapColumn(column, fields) {
  const id = withoutPrefix(column.id)
  const field = fields.find(each => each.name === id)
  return {
    ...column,
    id,
    ...(column.unit && { unit: column.unit.toUpperCase() }), // an enum of the back-end, sent by its name
    ...(field && { type: schemaType[field.type] }),
  }
}

function mapOption({ bucket, ...option }) {
  return { useRagColour: false, showLatest: true, columnsAsList: false, ...option, ...(bucket && { buckets: bucket }) }
}

function mapVisualisation({ column, option, ...visualisation }, fields) {
  return {
    ...visualisation,
    columns: {
      ...(column.key && { keys: column.key.map(each => mapColumn(each, fields)) }),
      measures: column.measure.map(each => mapColumn(each, fields)),
      ...(column.filter && { filters: column.filter.map(({ id, equals }) => ({ id: withoutPrefix(id), equals })) }),
      expectNulls: column.expectNull ?? false,
    },
    ...(option && { options: mapOption(option) }),
  }
}

function mapDashboard(definition) {
  const [{ section, dataset, ...dashboard }] = definition.dashboard
  const { field: fields } = definition.dataset.find(each => each.id === dataset).schema
  const sections = section.map(({ visualisation, ...rest }) => ({
    ...rest,
    visualisations: visualisation.map(each => mapVisualisation(each, fields)),
  }))
  return { ...dashboard, sections, filterFields: [] }
}

const mapRow = row => Object.fromEntries(Object.entries(row).map(([name, raw]) => [name, { raw }]))

// From here on everything is the platform's.
const { createDashboardSections } = theirs('components/_dashboards/dashboard-section/utils.js')
const { validateDashboardVisualisations } = theirs('components/_dashboards/dashboard-visualisation/utils.js')
const { DashboardSchema } = theirs('routes/journeys/view-report/async/dashboard/validate.js')
const { DASHBOARD_VISUALISATION_FEATURE_FLAGS } = theirs('utils/featureFlagsHelper.js')

const nunjucks = require('nunjucks')
const templates = nunjucks.configure([platform, moj, govuk], { autoescape: true })
theirs('setUpNunjucksFilters.js').default(templates)

const page = `{% extends "govuk/template.njk" %}
{% from "dpr/components/_dashboards/dashboard/view.njk" import dprDashboard %}
{% block pageTitle %}{{ data.name }}{% endblock %}
{% block head %}<link rel="stylesheet" href="platform.css">{% endblock %}
{% block bodyStart %}{% endblock %}{% block govukHeader %}{% endblock %}{% block header %}{% endblock %}
{% block content %}{{ dprDashboard(data, []) }}{% endblock %}
{% block footer %}{% endblock %}{% block govukFooter %}{% endblock %}
{% block bodyEnd %}<script type="module" src="platform.js"></script>{% endblock %}`

async function renderPage({ definition, rows }) {
  const dashboard = mapDashboard(definition)
  DashboardSchema.parse(dashboard)
  await validateDashboardVisualisations(dashboard)
  const allTypes = Object.fromEntries(DASHBOARD_VISUALISATION_FEATURE_FLAGS.map(flag => [flag, true]))
  const sections = createDashboardSections(dashboard, rows.map(mapRow), [], {}, allTypes)
  return templates.renderString(page, {
    data: { ...dashboard, sections, reportName: definition.name, type: 'dashboard', id: dashboard.id, reportId: definition.id },
  })
}

// The platform's styles need Sass. The two libraries under them come with finished style sheets, which saves most of the time.
function compileStyles() {
  const kept = join(packages, '.cache/platform.css')
  if (!existsSync(kept)) {
    const sass = require('sass')
    const source = readFileSync(join(platform, 'dpr/all.scss'), 'utf8')
      .replace("@import 'govuk-frontend/dist/govuk';", "@import 'govuk-frontend/dist/govuk/base';")
      .replace("@import '@ministryofjustice/frontend/moj/all';", '')
    const { css } = sass.compileString(source, { loadPaths: [packages], style: 'compressed', logger: sass.Logger.silent })
    const finished = [join(govuk, 'govuk/govuk-frontend.min.css'), join(moj, 'moj/moj-frontend.min.css')]
    mkdirSync(dirname(kept), { recursive: true })
    writeFileSync(kept, [...finished.map(path => readFileSync(path, 'utf8')), css].join('\n'))
  }
  return kept
}

const [folder] = process.argv.slice(2)
copyFileSync(compileStyles(), join(folder, 'platform.css'))
copyFileSync(join(govuk, 'govuk/govuk-frontend.min.js'), join(folder, 'govuk.js'))
writeFileSync(
  join(folder, 'platform.js'),
  // Chart.js is inside the platform's bundle: only from in there can a test ask a canvas for its chart.
  `import { initAll as initGovuk } from './govuk.js'
${readFileSync(join(platform, 'all.bundle.js'), 'utf8')}
globalThis.Chart = Chart
initGovuk()
initAll()
`,
)

const outcomes = {}
for (const job of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    writeFileSync(join(folder, `${job.name}.html`), await renderPage(job))
    outcomes[job.name] = null
  } catch (error) {
    const issues = (error.details ?? []).flatMap(({ id, issues }) => issues.map(({ path, message }) => `${id}: ${path.join('.')}: ${message}`))
    outcomes[job.name] = [error.message, ...issues].join('; ')
  }
}
writeFileSync(join(folder, 'outcomes.json'), JSON.stringify(outcomes)) // not to stdout: the platform logs there
