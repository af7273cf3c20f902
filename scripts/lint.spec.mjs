// The import table of the design, row by row: what the linter lets pass, and what it refuses.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const room = name => `spawner/service/src/${name}/sample.ts`;
const extension = name => `extensions/${name}/src/sample.ts`;

const value = source => `import * as _sample from '${source}';`;
const type = source => `import type * as _sample from '${source}';`;

const CONTRACT = '@jupyter-datalabs/contract';
const HUB_CLIENT = '@jupyter-datalabs/hub-client';
const UI = '@jupyter-datalabs/ui';
const DOMAIN = '../domain/errors.js';
const BUILDERS = '../builders/bwrap.js';
const PORTS = '../ports/engine.js';
const SERVICES = '../services/sessions/types.js';
const ENGINE = '../engine/local/index.js';
const STORE = '../store/index.js';
const ROUTES = '../routes/chp/chp-routes.js';
const HTTP = '../http/problems.js';
const PROCESSES = '../processes/process.js';
const CONFIG = '../config/schema.js';
const TELEMETRY = '../telemetry/logger.js';
/** Of no room: they know every room, and no room knows them. */
const ROOTS = ['../app.js', '../context.js'];
const SERVICE = ['../../../spawner/service/src/app', '@jupyter-datalabs/service'];
const KUBERNETES = '@kubernetes/client-node';

/** [file, lines that pass, lines that are refused]; a line that is no more than a source imports a value from it. */
const TABLE = [
  [
    'spawner/contract/src/sample.ts',
    ['zod', './index.js'],
    ['yaml', 'express', HUB_CLIENT, '../../service/src/domain/errors.js', type('../../desktop-agent/src/main.js')]
  ],
  [
    room('domain'),
    ['./names.js', type(CONTRACT)],
    [CONTRACT, 'express', KUBERNETES, 'kysely', 'kysely/migration', 'node:sqlite', 'zod', type(PORTS), CONFIG, ...ROOTS]
  ],
  [room('builders'), [DOMAIN, type(CONFIG)], [CONFIG, type(PORTS), HTTP, ENGINE, SERVICES, 'express', ...ROOTS]],
  [
    room('services'),
    [DOMAIN, BUILDERS, PORTS, TELEMETRY, CONTRACT, 'node:crypto'],
    [
      HTTP, ENGINE, STORE, ROUTES, PROCESSES, 'express', KUBERNETES, 'kysely', 'node:sqlite', ...ROOTS,
      type(ENGINE), `export * from '${ENGINE}';`, `void import('${ENGINE}');`, "export { sql } from 'kysely';", "void import('express');"
    ]
  ],
  [room('engine'), [PORTS, DOMAIN, BUILDERS, KUBERNETES, PROCESSES], [SERVICES, HTTP, STORE, ROUTES, 'kysely', 'express', ...ROOTS]],
  [room('store'), [PORTS, DOMAIN, 'kysely', 'node:sqlite'], [PROCESSES, SERVICES, HTTP, ENGINE, ROUTES, KUBERNETES, 'express', ...ROOTS]],
  [room('routes'), [PORTS, DOMAIN, 'node:http', PROCESSES], [SERVICES, HTTP, ENGINE, STORE, 'kysely', 'express', ...ROOTS]],
  [room('runner'), [PORTS, DOMAIN, 'node:child_process'], [SERVICES, HTTP, ENGINE, STORE, ROUTES, 'kysely', 'express', ...ROOTS]],
  [room('http'), [SERVICES, CONTRACT, DOMAIN, 'express', type(PORTS)], [ENGINE, STORE, ROUTES, PORTS, PROCESSES, 'kysely', 'node:sqlite', KUBERNETES, ...ROOTS]],
  [room('processes'), ['node:fs'], [DOMAIN, PORTS, SERVICES, ENGINE, ROUTES, ...ROOTS]],
  [
    extension('cwl'),
    ['js-yaml', type('cwl-ts-auto'), 'export const size = (text: string) => text.length;'],
    [
      'cwl-ts-auto', '@jupyterlab/services', '@lumino/signaling', 'react', CONTRACT, HUB_CLIENT, '../../ui/src/index', 'export const page = document;',
      'export const page = window;'
    ]
  ],
  [
    extension('hub-client'),
    [CONTRACT, '@jupyterlab/services', '@lumino/signaling'],
    ['@lumino/widgets', '@jupyterlab/apputils', '@jupyterlab/application', '@jupyterlab/ui-components', 'react', UI, '../../volumes/src/index']
  ],
  ...['catalogue', 'volumes', 'desktop', 'admin', 'pipelines'].map((name, index, bundles) => {
    const other = bundles[(index + 1) % bundles.length];
    return [
      extension(name),
      [HUB_CLIENT, UI, '@jupyterlab/apputils', '@lumino/widgets', 'react'],
      [
        `@jupyter-datalabs/${other}`, `@jupyter-datalabs/${other}/lib/index`, `../../${other}/src/index`, CONTRACT, type(CONTRACT),
        '../../../spawner/service/src/domain/errors', ...SERVICE
      ]
    ];
  })
];

/** The rules that hold the table up; what else a sample breaks is beside the point. */
const RULES = ['boundaries/dependencies', 'no-restricted-globals'];

describe('the import table', () => {
  const linter = new ESLint({ cwd: root });
  const refusals = async (file, line) => {
    const [result] = await linter.lintText(`${/^[\w@./:-]+$/.test(line) ? value(line) : line}\n`, { filePath: join(root, file) });
    expect(result.fatalErrorCount).toBe(0);
    return result.messages.filter(({ ruleId }) => RULES.includes(ruleId)).map(({ message }) => message);
  };

  for (const [file, passing, refused] of TABLE) {
    it(`holds for ${dirname(file)}`, async () => {
      for (const line of passing) expect([line, ...(await refusals(file, line))]).toEqual([line]);
      for (const line of refused) {
        // A file of no room is refused as such. So is one that does not exist, which would prove nothing.
        const reason = [...ROOTS, ...SERVICE].includes(line) ? /origin "local"/ : /elements of type|closed to|Unexpected use/;
        expect([line, ...(await refusals(file, line))]).toEqual([line, expect.stringMatching(reason)]);
      }
    }, 30_000);
  }

  it('asks no room of the composition root and the entry', async () => {
    for (const source of [ENGINE, STORE, ROUTES, HTTP, SERVICES]) {
      expect(await refusals('spawner/service/src/context.ts', source.replace('../', './'))).toEqual([]);
    }
  });
});
