// The pipeline editor in a real JupyterLab, in a real Chromium.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { launchLab } from './lab.mjs';
import { answersApi, end, until } from './measure.mjs';

const EXTENSION = '/lab/extensions/@jupyter-datalabs/pipelines/';
const SIZE = { width: 1440, height: 900 };
/** Between two keys: slower than all that waits for a pause, and as somebody types. */
const SLOWLY_MS = 700;
const TYPING_MS = 120;
const KEYS = 20;
/** Somebody looks for a file in the list of a folder. */
const LOOKING_MS = 3000;
/** After which something does not come any more. */
const PATIENCE_MS = 30_000;

/** What the page does for the measurements; runs before any of its own code. */
function prepare(PATIENCE_MS) {
  /** Resolves when what has just been made is on the screen: the first task after the next frame. */
  const painted = () =>
    new Promise(resolve =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      })
    );
  const seen = isThere =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`Not seen: ${isThere}`)), PATIENCE_MS);
      const look = () => {
        if (isThere()) {
          observer.disconnect();
          clearTimeout(late);
          resolve(painted());
        }
      };
      const observer = new MutationObserver(look);
      observer.observe(document, { childList: true, subtree: true, characterData: true, attributes: true });
      look();
    });
  const shown = selector => [...document.querySelectorAll('.jp-DatalabsPipelineDocument:not(.lm-mod-hidden)')].at(-1)?.querySelectorAll(selector) ?? [];
  window.bench = {
    seen,
    shown,
    /** Milliseconds from the command that opens a document until its graph is painted: of one that does not fit, what is in sight. */
    open: async path => {
      const since = performance.now();
      const there = seen(() => shown('.jp-DatalabsGraph-step').length > 0 && shown('.react-flow__edge-path').length > 0);
      void window.jupyterapp.commands.execute('docmanager:open', { path });
      return (await there) - since;
    },
    /** From a key that is pressed next until `isThere`. */
    key: async isThere => {
      const pressed = new Promise(resolve => window.addEventListener('keydown', ({ timeStamp }) => resolve(timeStamp), { capture: true, once: true }));
      const since = await pressed;
      return (await seen(isThere)) - since;
    },
    /** Frames until `stop` is called. */
    frames: () => {
      const times = [];
      let isRunning = true;
      const frame = now => {
        times.push(now);
        if (isRunning) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      window.bench.stop = () => {
        isRunning = false;
        return { perSecond: ((times.length - 1) / (times.at(-1) - times[0])) * 1000, longest: Math.max(...times.slice(1).map((now, index) => now - times[index])) };
      };
    }
  };
}

/** A bare JupyterLab with the extensions of this source tree, and documents by their names. */
export async function launchEditor({ repo, scratch, documents }) {
  const home = join(scratch, 'home');
  for (const [name, text] of Object.entries(documents)) {
    await mkdir(dirname(join(home, name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
  // So that the page can be asked to open a document, as JupyterLab's own tests do.
  const lab = await launchLab({ environment: join(repo, '.tools', 'envs', 'lab'), home, args: ['--LabApp.expose_app_in_browser=True'] });
  await until('jupyter lab', () => answersApi(lab.base));
  return { ...lab, close: () => end(lab.state) };
}

/** JupyterLab at rest, its file browser in a folder, in a browser that has nothing of it yet. */
export async function newLab(browser, { base }, folder = '') {
  const context = await browser.newContext({ viewport: SIZE });
  const page = await context.newPage();
  const files = [];
  page.on('response', response => {
    if (response.url().includes(EXTENSION)) files.push(response);
  });
  await page.addInitScript(prepare, PATIENCE_MS);
  await page.goto(`${base}lab?token=bench&reset`);
  await page.getByRole('heading', { name: 'Notebook', exact: true }).waitFor();
  await rest(page);
  if (folder) {
    await page.evaluate(path => window.jupyterapp.commands.execute('filebrowser:go-to-path', { path }), folder);
    await page.waitForTimeout(LOOKING_MS);
  }
  return { context, page, files };
}

/** Until nothing is asked for, and nothing done, any more. */
async function rest(page) {
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => new Promise(resolve => requestIdleCallback(resolve)));
}

async function sizesOf(files) {
  const scripts = files.filter(response => new URL(response.url()).pathname.endsWith('.js'));
  const bodies = await Promise.all(scripts.map(async response => ({ name: new URL(response.url()).pathname.split('/').at(-1), body: await response.body() })));
  return bodies.map(({ name, body }) => ({ name, bytes: body.length, gzip: gzipSync(body).length }));
}

/** What JupyterLab loads of the editor at its start, and what with the first pipeline. */
export async function sizes({ browser, lab }) {
  const { context, page, files } = await newLab(browser, lab);
  try {
    const initial = await sizesOf(files.splice(0));
    await page.evaluate(() => window.bench.open('one/survey-0.cwl'));
    await rest(page);
    return { initial, later: await sizesOf(files) };
  } finally {
    await context.close();
  }
}

/** Closes what is open. */
const close = page => page.evaluate(() => window.jupyterapp.commands.execute('application:close-all'));

/** Opened in a page, with a folder in the file browser, that had no pipeline before, and again after that one was closed. */
export async function firstPaint({ browser, lab, rounds, folder, names }) {
  const [cold, warm] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const { context, page } = await newLab(browser, lab, folder);
    for (const [index, name] of names.entries()) {
      (index ? warm : cold).push(await page.evaluate(path => window.bench.open(path), name));
      await rest(page);
      await close(page);
      await rest(page);
    }
    await context.close();
  }
  return { cold, warm };
}

/** Keys at the end of a step's label until its card says it, and at the end of a source until its edge is gone, or back. */
export async function keystrokes({ browser, lab }) {
  const { context, page } = await newLab(browser, lab);
  try {
    await page.evaluate(() => window.bench.open('one/survey-0.cwl'));
    await page.getByRole('button', { name: 'Graph and code', exact: true }).click();
    await rest(page);
    // All of it is drawn, whichever place a key is about.
    await page.getByRole('button', { name: 'Fit', exact: true }).click();
    await page.evaluate(() => window.bench.seen(() => window.bench.shown('.jp-DatalabsGraph-step').length === 57));
    await rest(page);
    /** The cursor, at the end of what is found. */
    const put = ({ source: found }) =>
      page.evaluate(pattern => {
        const { editor } = window.jupyterapp.shell.currentWidget.content.code;
        const text = editor.model.sharedModel.getSource();
        const at = new RegExp(pattern).exec(text);
        const before = text.slice(0, at.index + at[0].length).split('\n');
        editor.setCursorPosition({ line: before.length - 1, column: before.at(-1).length });
        editor.focus();
      }, found);
    const name = text => `[...window.bench.shown('[data-node="step:step28"] .jp-DatalabsGraph-name')].some(one => one.textContent === ${JSON.stringify(text)})`;
    const edges = count => `window.bench.shown('.react-flow__edge-path').length === ${count}`;
    const press = async (key, isThere, pause) => {
      const there = page.evaluate(code => window.bench.key(new Function(`return ${code}`)), isThere);
      // What listens is there before the key is.
      await page.evaluate(() => null);
      await page.keyboard.press(key);
      const ms = await there;
      await page.waitForTimeout(pause);
      return ms;
    };
    const [label, source, typing] = [[], [], []];
    await put(/label: Step 28/);
    for (let turn = 0; turn < KEYS / 2; turn++) {
      label.push(await press('x', name('Step 28x'), SLOWLY_MS), await press('Backspace', name('Step 28'), SLOWLY_MS));
    }
    let text = 'Step 28';
    for (let turn = 0; turn < KEYS; turn++) {
      text += 'abcdefghij'[turn % 10];
      typing.push(await press(text.at(-1), name(text), TYPING_MS));
    }
    await page.waitForTimeout(SLOWLY_MS);
    const drawn = await page.evaluate(() => window.bench.shown('.react-flow__edge-path').length);
    await put(/\n {4}label: Step 30\n[^]*?\n {4}in:\n {6}in0: \S+/);
    for (let turn = 0; turn < KEYS / 2; turn++) {
      source.push(await press('x', edges(drawn - 1), SLOWLY_MS), await press('Backspace', edges(drawn), SLOWLY_MS));
    }
    return { label, typing, source };
  } finally {
    await context.close();
  }
}

/** Frames while the pointer drags the tree, all of it open, about: all in sight, and nearer. */
export async function panning({ browser, lab, rounds, steps }) {
  const { context, page } = await newLab(browser, lab);
  try {
    await page.evaluate(() => window.bench.open('one/nested.cwl'));
    await rest(page);
    await page.evaluate(() => {
      const { model } = window.jupyterapp.shell.currentWidget.content;
      for (let closed = ['']; closed.length; ) {
        closed = model.graph.nodes.filter(({ run }) => run?.canExpand && !run.isExpanded).map(({ id }) => id);
        closed.forEach(id => model.expand(id, true));
      }
    });
    await page.evaluate(() => window.bench.seen(() => window.bench.shown('.jp-DatalabsGraph-frame').length > 0));
    await page.getByRole('button', { name: 'Fit', exact: true }).click();
    await page.evaluate(count => window.bench.seen(() => window.bench.shown('.jp-DatalabsGraph-step, .jp-DatalabsGraph-frame').length >= count), steps);
    await rest(page);
    const stage = await page.getByRole('application', { name: /Graph of the pipeline/ }).boundingBox();
    const pan = async () => {
      // Held where the canvas itself is, not a card.
      const [atX, atY] = await page.evaluate(
        ({ x: left, y: top, width, height }) => {
          for (let turn = 0; turn < 900; turn++) {
            const [px, py] = [left + ((turn % 30) / 30) * width, top + (Math.floor(turn / 30) / 30) * height];
            if (document.elementFromPoint(px, py)?.closest('.react-flow__pane')) return [px, py];
          }
          throw new Error('There is no place to take hold of the canvas.');
        },
        stage
      );
      await page.mouse.move(atX, atY);
      await page.mouse.down();
      await page.evaluate(() => window.bench.frames());
      const until = performance.now() + 3000;
      for (let turn = 0; performance.now() < until; turn++) {
        await page.mouse.move(atX + 150 * Math.sin(turn / 12), atY + 100 * Math.sin(turn / 17));
      }
      const counted = await page.evaluate(() => window.bench.stop());
      await page.mouse.up();
      await page.evaluate(() => window.bench.seen(() => window.bench.shown('.jp-DatalabsGraph-canvas.jp-mod-moving').length === 0));
      return counted;
    };
    const zoom = async (name, times) => {
      for (let turn = 0; turn < times; turn++) await page.getByRole('button', { name, exact: true }).click();
    };
    // A step that is chosen comes into sight, with its ports.
    const nearTo = id => page.evaluate(step => window.jupyterapp.shell.currentWidget.content.model.select(step), id);
    const views = [
      ['all of it in sight', async () => undefined],
      ['nearer, cards with their ports', () => nearTo('step:step5/step:step1/step:step2')],
      ['between, cards with their names', () => zoom('Zoom out', 5)]
    ];
    const results = [];
    for (const [what, go] of views) {
      await go();
      await rest(page);
      const cards = await page.evaluate(() => window.bench.shown('.jp-DatalabsGraph-step').length);
      if (cards === 0) throw new Error(`${what}: nothing is in sight.`);
      const runs = [];
      for (let round = 0; round < rounds; round++) runs.push(await pan());
      results.push({ what: `${what}: ${cards} steps`, runs });
    }
    return results;
  } finally {
    await context.close();
  }
}
