// Writes the table of a run into bench/README.md, between its two marks.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import { summary } from './measure.mjs';

const seconds = ms => (ms / 1000).toFixed(2);

function row(name, values) {
  if (!values?.length) return `| ${name} | not measured | | | |`;
  const { n, median, p95, min, max } = summary(values);
  return `| ${name} | ${seconds(median)} | ${seconds(p95)} | ${seconds(min)}–${seconds(max)} | ${n} |`;
}

function goal(text, measured, met) {
  return `| ${text} | ${measured ?? 'not measured'} | ${measured === null ? '–' : met ? 'met' : '**missed**'} |`;
}

/** When and on what. */
export function machine() {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return `${new Date().toISOString().slice(0, 10)} on ${model}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;
}

export function render(results, versions) {
  const median = name => (results[name]?.length ? summary(results[name]).median : null);
  const [hub, jupyterhub, lab] = [median('hub'), median('jupyterhub'), median('lab')];
  const [cold, warm, link] = [median('topcatCold'), median('topcatWarm'), median('secondStart')];
  const ready = median('warm');
  const ratio = hub !== null && jupyterhub !== null ? hub / jupyterhub : null;
  const above = hub !== null && lab !== null ? (hub - lab) / 1000 : null;
  return [
    `Measured ${machine()}; ${versions}.`,
    '',
    '| seconds | median | 95 % | range | n |',
    '|---|---|---|---|---|',
    row('bare `jupyter lab`: start to ready', results.lab),
    row('JupyterHub as pip delivers it: click to ready', results.jupyterhub),
    row('JupyterHub in this hub’s trimmed environment', results.jupyterhubTrimmed),
    row('this hub: click to ready, cold', results.hub),
    row('this hub: click to ready, warm', results.warm),
    row('TOPCAT panel: first window, cold', results.topcatCold),
    row('TOPCAT panel: first picture, session running', results.topcatWarm),
    row('second `npm start`: to link', results.secondStart),
    '',
    '| goal | measured | |',
    '|---|---|---|',
    goal('click to ready at most half of JupyterHub’s', ratio && `${(100 * ratio).toFixed(0)} %`, ratio <= 0.5),
    goal('and at most 0.35 s above a bare `jupyter lab`', above === null ? null : `${above.toFixed(2)} s`, above <= 0.35),
    goal('click to ready warm at most 0.2 s', ready && `${seconds(ready)} s`, ready <= 200),
    goal('TOPCAT cold at most 3 s', cold && `${seconds(cold)} s`, cold <= 3000),
    goal('TOPCAT with the session running at most 0.6 s', warm && `${seconds(warm)} s`, warm <= 600),
    goal('second `npm start` at most 5 s', link && `${seconds(link)} s`, link <= 5000)
  ].join('\n');
}

/** Rows: title, key, unit, goal of this hub if it has one, whether a figure meets it. */
const SCALE = [
  ['one start after another, stand-in server, p50', 'sequential', 'ms', 15, 'most'],
  ['storm, 100 in flight', 'storm', '/s', 150, 'least'],
  ['… processor time of the hub for each start', 'hubCpu', 'ms'],
  ['… and of its proxy', 'proxyCpu', 'ms'],
  ['… the least a proxy takes to set a route', 'route', 'ms'],
  ['… growth of resident memory by it, for 1,000 sessions', 'growth', 'MiB'],
  ['resident memory per 1,000 running sessions', 'memory', 'MiB', 20, 'most'],
  ['resident memory in all, at its most', 'resident', 'MiB'],
  ['hub killed: API up', 'api', 's', 1, 'most'],
  ['hub killed: all routes', 'routes', 's', 2, 'most'],
  ['hub killed: dropped websockets of 50', 'dropped', '', 0, 'most'],
  ['activity reports', 'activity', '/s', 1000, 'least'],
  ['page of 50 users', 'page', 'ms', 10, 'most'],
  ['filter by name', 'filter', 'ms', 10, 'most'],
  ['create users', 'create', '/s', 1000, 'least']
];

/** The table of `bench:hub`; what was not measured is a dash. */
export function renderScale({ jupyterhub, hub, real: many }, { heading, real, rounds }) {
  const show = (value, unit) => (value === undefined ? '–' : `${value < 10 ? value.toFixed(unit === '' ? 0 : 1) : value.toFixed(0)}${unit && ` ${unit}`}`);
  const verdict = (value, met) => (value === undefined ? '–' : met ? 'met' : '**missed**');
  const lines = SCALE.map(([title, key, unit, bound, kind]) => {
    const value = hub?.[key];
    const aim = bound === undefined ? '| | |' : `| ${kind === 'most' ? '≤' : '≥'} ${bound}${unit && ` ${unit}`} | ${verdict(value, kind === 'most' ? value <= bound : value >= bound)} |`;
    return `| ${title} | ${show(jupyterhub?.[key], unit)} | ${show(value, unit)} ${aim}`;
  });
  const ratio = many && many.hub / many.bare;
  return [
    heading, '', '| | JupyterHub | this hub | goal | |', '|---|---|---|---|---|', ...lines, '',
    `| ${real} real servers at once, all ready, median of ${rounds} | bare \`jupyter lab\` | this hub | goal | |`, '|---|---|---|---|---|',
    `| | ${many ? `${many.bare.toFixed(1)} s` : '–'} | ${many ? `${many.hub.toFixed(1)} s, ${ratio.toFixed(2)} ×` : '–'} | ≤ 1.1 × | ${verdict(ratio, ratio <= 1.1)} |`
  ].join('\n');
}

/** Replaces what stands between the two marks of this report. */
export async function writeReport(file, text, mark = 'results') {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const page = await readFile(file, 'utf8');
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${file} lacks the marks ${begin} and ${end}`);
  await writeFile(file, `${before}${begin}\n${text}\n${end}${after}`);
}
