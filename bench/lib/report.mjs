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

/** Replaces what stands between the two marks of this report. */
export async function writeReport(file, text, mark = 'results') {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- end of ${mark} -->`];
  const page = await readFile(file, 'utf8');
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`${file} lacks the marks ${begin} and ${end}`);
  await writeFile(file, `${before}${begin}\n${text}\n${end}${after}`);
}
