// node standin-hub.mjs <options as JSON>: this hub as it is, with an engine whose sessions are all the stand-in server.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../spawner/service/lib/config/load.js';
import { statePaths } from '../../spawner/service/lib/config/paths.js';
import { runHub } from '../../spawner/service/lib/hub.js';
import { takeInstance } from '../../spawner/service/lib/instance.js';
import { prepareState } from '../../spawner/service/lib/state.js';

/** What runs is a file of lines, as for another engine it would be in the kernel: it outlives the hub. */
class StandInEngine {
  name = 'stand-in';
  #file;
  #target;
  #running = new Map();

  constructor(file, target) {
    this.#file = file;
    this.#target = target;
    for (const line of existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []) {
      const { id, session } = JSON.parse(line);
      if (session) this.#running.set(id, session);
      else this.#running.delete(id);
    }
  }
  #note(id, session) {
    if (session) this.#running.set(id, session);
    else this.#running.delete(id);
    appendFileSync(this.#file, `${JSON.stringify({ id, session })}\n`);
  }
  async check() {
    return { ok: true, problems: [], warnings: [] };
  }
  async start(spec, { onStep }) {
    for (const step of ['placing', 'mounting', 'starting', 'listening']) onStep(step);
    const { key, startId, datalab, version, kind, network } = spec;
    const session = { key, startId, datalab, version, kind, network, target: this.#target, startedAt: Date.now() };
    this.#note(`${key.owner}/${key.name}`, session);
    return session;
  }
  async stop({ owner, name }) {
    const id = `${owner}/${name}`;
    const ran = this.#running.has(id);
    if (ran) this.#note(id, null);
    return ran;
  }
  async list() {
    return [...this.#running.values()];
  }
  async logTail() {
    return [];
  }
  onExit() {
    return () => undefined;
  }
  async close() {}
}

const { repo, stateDir, port, config, standInPort } = JSON.parse(process.argv[2]);
const settings = loadConfig({
  environment: process.env, commandLine: { port: String(port), stateDir, config }, repo, osUser: { name: 'bench', root: false }, cwd: process.cwd()
});
await prepareState(settings);
takeInstance(statePaths(settings.stateDir).hubFile);
const terminal = { say: line => console.log(line), complain: line => console.error(line) };
process.exitCode = await runHub(settings, terminal, { engine: new StandInEngine(join(stateDir, 'stand-in'), `http://127.0.0.1:${standInPort}`) });
