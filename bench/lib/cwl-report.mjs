// The table of `bench:cwl`.
import { summary } from './measure.mjs';

const GOALS = { initialKB: 100, paint: 1000, perSecond: 50, key: 150, edit: 30, check: 50 };

const show = value => (value < 10 ? value.toFixed(1) : value.toFixed(0));
const kB = bytes => (bytes / 1000).toFixed(1);
const goal = (text, measured, isMet) => `| ${text} | ${measured} | ${isMet ? 'met' : '**missed**'} |`;

function row(name, values) {
  const { n, median, p95, min, max } = summary(values);
  return `| ${name} | ${show(median)} | ${show(p95)} | ${show(min)}–${show(max)} | ${n} |`;
}

const sum = (files, key) => files.reduce((total, file) => total + file[key], 0);

/** Of all kinds of edits the median of the one that takes longest. */
function slowest({ edits }) {
  const [[kind, ms]] = Object.entries(edits).map(([name, values]) => [name, summary(values).median]).sort((one, other) => other[1] - one[1]);
  return { kind, ms };
}

/** What was not measured is left out. */
export function renderCwl({ sizes, paint, paintUnlisted, paintFiles, keys, panning, node, page }) {
  const parts = [];
  const goals = [];
  if (sizes) {
    const { initial, later } = sizes;
    parts.push([
      '| loaded of the labextension `pipelines`, kB | | compressed by gzip | files |', '|---|---|---|---|',
      `| at the start of JupyterLab | ${kB(sum(initial, 'bytes'))} | ${kB(sum(initial, 'gzip'))} | ${initial.length} |`,
      `| with the first pipeline | ${kB(sum(later, 'bytes'))} | ${kB(sum(later, 'gzip'))} | ${later.length} |`,
      ...[...later].sort((one, other) => other.bytes - one.bytes).slice(0, 3).map(({ name, bytes, gzip }) => `| … of these \`${name.replace(/\.[0-9a-f]{16,}/, '')}\` | ${kB(bytes)} | ${kB(gzip)} | |`)
    ]);
    goals.push(goal(`at the start at most ${GOALS.initialKB} kB`, `${kB(sum(initial, 'bytes'))} kB`, sum(initial, 'bytes') <= GOALS.initialKB * 1000));
  }
  const times = [];
  const most = (text, values, bound, q = 'median') => {
    const value = summary(values)[q];
    goals.push(goal(text, `${show(value)} ms`, value < bound));
  };
  if (paint) {
    times.push(
      row('open to graph, 57 steps with 458 ports, from the folder in the file browser, first pipeline of the page', paint.cold),
      row('… after another pipeline was open and closed', paint.warm),
      row('… first of the page, from a folder that was not shown', paintUnlisted.cold),
      row('… first of the page, each step’s tool in a file of its own, which makes 58 files', paintFiles.cold),
      row('… and after another', paintFiles.warm)
    );
    most(`first paint of 57 steps in less than ${GOALS.paint} ms, first of the page`, paint.cold, GOALS.paint);
    most('… after another', paint.warm, GOALS.paint);
    most('… first of the page, from a folder that was not shown', paintUnlisted.cold, GOALS.paint);
    most('… first of the page, tools in 57 files', paintFiles.cold, GOALS.paint);
  }
  if (keys) {
    times.push(row('key to graph, a label, after a pause', keys.label), row('key to graph, a label, typed on', keys.typing), row('key to graph, a source', keys.source));
    for (const [name, values] of [['a label, after a pause', keys.label], ['a label, typed on', keys.typing], ['a source', keys.source]]) {
      most(`key to graph in less than ${GOALS.key} ms, ${name}: median`, values, GOALS.key);
      most('… 95 %', values, GOALS.key, 'p95');
    }
  }
  for (const [where, of] of [['Node', node], ['Chromium', page]]) {
    if (of) {
      times.push(...Object.entries(of.edits).map(([kind, values]) => row(`\`${kind}\` in 5,000 lines, ${where}`, values)), row(`check of 57 steps after a key, ${where}`, of.checks));
      const { kind, ms } = slowest(of);
      goals.push(goal(`an edit of 5,000 lines in less than ${GOALS.edit} ms, ${where}: the slowest, \`${kind}\``, `${show(ms)} ms`, ms < GOALS.edit));
      most(`check of 57 steps in less than ${GOALS.check} ms, ${where}`, of.checks, GOALS.check);
    }
  }
  if (times.length) parts.push(['| ms | median | 95 % | range | n |', '|---|---|---|---|---|', ...times]);
  if (panning) {
    parts.push([
      '| 300 steps in sub-workflows, all open, dragged about | frames per second, median | least | longest frame, ms |', '|---|---|---|---|',
      ...panning.map(({ what, runs }) => {
        const rates = runs.map(({ perSecond }) => perSecond);
        return `| ${what} | ${show(summary(rates).median)} | ${show(Math.min(...rates))} | ${show(Math.max(...runs.map(({ longest }) => longest)))} |`;
      })
    ]);
    for (const { what, runs } of panning) {
      const { median } = summary(runs.map(({ perSecond }) => perSecond));
      goals.push(goal(`at least ${GOALS.perSecond} frames per second, ${what}`, show(median), Math.round(median) >= GOALS.perSecond));
    }
  }
  parts.push(['| goal | measured | |', '|---|---|---|', ...goals]);
  return parts.map(lines => lines.join('\n')).join('\n\n');
}
