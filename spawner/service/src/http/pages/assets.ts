/** Files of the hub's few pages. Small enough to live in the program: nothing to find on a disk, nothing to build. */

export const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" role="img" aria-label="Datalabs">
<ellipse cx="16" cy="16" rx="14" ry="5.5" fill="none" stroke="#7b8ea8" stroke-width="2" transform="rotate(-24 16 16)"/>
<path d="M9.5 11v10c0 1.9 2.9 3.4 6.5 3.4s6.5-1.5 6.5-3.4V11" fill="#2f6fde"/>
<ellipse cx="16" cy="11" rx="6.5" ry="3.2" fill="#8fb8ff"/>
<path d="M9.5 16c0 1.9 2.9 3.4 6.5 3.4s6.5-1.5 6.5-3.4" fill="none" stroke="#8fb8ff" stroke-width="1.4"/>
<circle cx="28" cy="9.6" r="2.4" fill="#f0a43a"/>
</svg>
`;

export const STYLE = `:root {
  --ground: #f6f8fb; --card: #fff; --ink: #1b2430; --soft: #566273; --line: #d8dee8; --accent: #2058c0; --accent-strong: #17439a; --on-accent: #fff; --good: #1d7a46; --bad: #b3261e; --field: #7d8898;
}
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161c; --card: #1b2129; --ink: #e9eef5; --soft: #a3afbf; --line: #333d4a; --accent: #8fb8ff; --accent-strong: #b7d1ff; --on-accent: #0d1b33; --good: #7fd6a4; --bad: #ffb4ab; --field: #76849a; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: .75rem 1.25rem; border-bottom: 1px solid var(--line); background: var(--card); }
.brand { display: inline-flex; align-items: center; gap: .6rem; color: inherit; font-weight: 600; text-decoration: none; }
nav { display: flex; gap: 1rem; align-items: baseline; }
.who { color: var(--soft); }
a { color: var(--accent); }
main { width: 100%; max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 1.5rem 1.75rem; overflow-wrap: anywhere; }
.card + .card { margin-top: 1rem; }
h1:focus { outline: none; }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 0 0 .5rem; font-size: 1.25rem; line-height: 1.25; }
p { margin: .5rem 0; }
.figure { white-space: nowrap; }
.soft, .next { color: var(--soft); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
.button, button { display: inline-block; padding: .5rem 1.1rem; border: 1px solid var(--accent); border-radius: 6px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button.plain, .button.plain { background: transparent; color: var(--accent); }
:is(.button, button):hover { border-color: var(--accent-strong); background: var(--accent-strong); }
:is(.button, button).plain:hover { background: var(--ground); color: var(--accent-strong); }
a:hover { color: var(--accent-strong); }
a.button:hover { color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
pre { max-height: 20rem; overflow: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; font-size: .8125rem; white-space: pre-wrap; }
summary { cursor: pointer; margin-top: .75rem; }
ol.steps { list-style: none; margin: 1.25rem 0 0; padding: 0; }
ol.steps li { display: grid; grid-template-columns: 1.5rem 1fr auto; gap: .5rem; min-height: 2rem; align-items: center; color: var(--soft); }
ol.steps li::before { content: "\\25CB"; text-align: center; }
ol.steps li[data-state=now] { color: var(--ink); font-weight: 600; }
ol.steps li[data-state=now]::before { content: "\\25D4"; color: var(--accent); }
ol.steps li[data-state=done] { color: var(--ink); }
ol.steps li[data-state=done]::before { content: "\\2713"; color: var(--good); }
ol.steps li[data-state=failed] { color: var(--bad); font-weight: 600; }
ol.steps li[data-state=failed]::before { content: "\\2715"; }
ol.steps .time { font-variant-numeric: tabular-nums; font-weight: 400; color: var(--soft); }
table { width: 100%; border-collapse: collapse; margin-top: 1rem; }
th, td { text-align: left; padding: .5rem .5rem .5rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 500; }
td form { margin: 0; }
td:last-child { text-align: right; padding-right: 0; }
td .soft { display: block; font-size: .875rem; }
.narrow { max-width: 28rem; margin: 0 auto; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 500; }
input:not([type=hidden]), select { width: 100%; height: 2.625rem; padding: .5rem .65rem; border: 1px solid var(--field); border-radius: 6px; background: var(--ground); color: inherit; font: inherit; }
form.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
form.row span { flex: 1 1 10rem; }
.links { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1.25rem; }
.mistake { padding: .6rem .75rem; border: 1px solid var(--bad); border-radius: 6px; color: var(--bad); }
button { white-space: nowrap; }
meter { width: 100%; height: 1rem; }
td, th { overflow-wrap: break-word; }
td:first-child { min-width: 4rem; overflow-wrap: anywhere; }
.link { font-family: ui-monospace, monospace; font-size: .875rem; }
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
`;

/** The page of a start: follows the progress stream and moves on when the session is ready. */
export const PENDING_SCRIPT = `'use strict';
const root = document.getElementById('start');
const status = document.getElementById('status');
const failure = document.getElementById('failure');
const cookie = document.cookie.split('; ').find(part => part.startsWith('_xsrf='));
const xsrf = cookie ? cookie.slice(6) : '';
const clock = { step: null, since: 0 };
// The hub's time, which the browser's may differ from; the page is about as old as its script.
const ahead = Number(root.dataset.now) - performance.now();

function seconds(ms) {
  return (Math.max(0, ms) / 1000).toFixed(1) + ' s';
}
function show(event) {
  const known = new Map(event.steps.map(step => [step.step, step]));
  clock.step = null;
  for (const row of root.querySelectorAll('li[data-step]')) {
    const step = known.get(row.dataset.step);
    const now = step && !step.endedAt;
    row.dataset.state = !step ? 'later' : event.failed && (now || step === event.steps[event.steps.length - 1]) ? 'failed' : now && !event.ready ? 'now' : 'done';
    const time = row.querySelector('.time');
    const usual = (event.medians || []).find(median => median.step === row.dataset.step);
    if (!step && usual && usual.ms >= 100) time.textContent = 'usually ' + seconds(usual.ms);
    if (step && step.endedAt) {
      time.textContent = seconds(Date.parse(step.endedAt) - Date.parse(step.startedAt));
    } else if (row.dataset.state === 'now') {
      clock.step = time;
      clock.since = Math.min(performance.now(), Date.parse(step.startedAt) - ahead);
    }
    if (row.dataset.state === 'now') row.setAttribute('aria-current', 'step'); else row.removeAttribute('aria-current');
  }
  status.textContent = event.message;
}
function fail(event) {
  const problem = event.problem;
  // Stopped by somebody, not failed: a tab that was opened for this start alone has no more use. Others refuse to close.
  if (!problem) window.close();
  const title = document.getElementById('title');
  title.textContent = root.dataset.failed;
  document.title = root.dataset.failed + ' \\u00b7 Datalabs';
  status.hidden = true;
  document.getElementById('reason').textContent = problem ? problem.detail : event.message;
  document.getElementById('action').textContent = problem && problem.action ? problem.action : '';
  if (problem && problem.log && problem.log.length) {
    document.getElementById('log').textContent = problem.log.join('\\n');
    document.getElementById('details').hidden = false;
  }
  for (const id of ['files', 'safe']) document.getElementById(id).hidden = !problem || problem.code !== 'home-full';
  document.getElementById('cancel').hidden = true;
  failure.hidden = false;
  title.focus();
}
const source = new EventSource(root.dataset.progress + '?_xsrf=' + encodeURIComponent(xsrf));
source.onmessage = message => {
  const event = JSON.parse(message.data);
  show(event);
  if (event.ready) {
    source.close();
    location.replace(root.dataset.next || event.url);
  } else if (event.failed) {
    source.close();
    fail(event);
  }
};
source.onerror = () => {
  status.textContent = 'The hub does not answer. Trying again\\u2026';
  if (source.readyState === EventSource.CLOSED) {
    setTimeout(() => location.reload(), 2000);
  }
};
setInterval(() => {
  if (clock.step) clock.step.textContent = seconds(performance.now() - clock.since);
}, 100);
`;
