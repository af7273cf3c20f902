import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

const jupyter = jupyterPlugin.default ?? jupyterPlugin;

const rooms = ['http', 'services', 'domain', 'builders', 'ports', 'engine', 'store', 'routes', 'runner', 'telemetry', 'config', 'commands', 'processes'];
const bundles = ['catalogue', 'volumes', 'desktop', 'admin', 'pipelines', 'workspaces'];

/** Who may import whom inside the repository (design.md, section 3). A type may always import itself. */
const allowed = {
  contract: [],
  domain: [],
  builders: ['domain'],
  ports: ['domain', 'contract'],
  services: ['domain', 'builders', 'ports', 'telemetry', 'contract'],
  engine: ['ports', 'domain', 'builders', 'telemetry', 'contract', 'processes'],
  store: ['ports', 'domain', 'telemetry', 'contract'],
  routes: ['ports', 'domain', 'telemetry', 'contract', 'processes'],
  // Which process of the system is which: no port, and nobody's business above these.
  processes: [],
  runner: ['ports', 'domain', 'telemetry', 'contract'],
  http: ['services', 'contract', 'domain', 'config'],
  telemetry: ['domain'],
  config: ['domain', 'contract'],
  // The operator's command line: the API as anybody has it, and the store when no hub runs.
  commands: ['domain', 'contract', 'store'],
  'desktop-agent': ['contract'],
  cwl: [],
  'hub-client': ['contract'],
  ui: [],
  ...Object.fromEntries(bundles.map(name => [name, ['hub-client', 'ui', 'cwl']]))
};

/** Types, which are gone when it runs: what an object looks like, not where it comes from. */
const allowedTypes = {
  domain: ['contract'],
  builders: ['config'],
  services: ['config'],
  engine: ['config'],
  http: ['ports', 'telemetry'],
  telemetry: ['config']
};

/** Libraries from outside that a room must not see. */
const forbidden = [
  [['services'], ['express', '@kubernetes/client-node', 'kysely', 'node:sqlite']],
  [['builders', 'ports'], ['express', 'kysely', 'node:sqlite', 'node:http', '@kubernetes/client-node']],
  [['engine'], ['express', 'kysely', 'node:sqlite']],
  [['routes', 'runner'], ['express', 'kysely', 'node:sqlite', '@kubernetes/client-node']],
  [['store'], ['express', '@kubernetes/client-node']],
  [['http'], ['kysely', 'node:sqlite', '@kubernetes/client-node']],
  [
    ['hub-client'],
    [
      'react', 'react-dom', '@lumino/widgets', '@jupyterlab/application', '@jupyterlab/apputils',
      '@jupyterlab/ui-components'
    ]
  ],
  [bundles, ['zod', 'express', 'node:**', '@jupyter-datalabs/service']]
];

/** Rooms closed to every library but these. */
const only = { contract: ['zod', 'node:**'], domain: [], cwl: ['js-yaml'] };

const from = type => ({ from: { element: { type } } });
const libraries = source => ({ to: { module: { origin: ['external', 'core'], source } } });
const open = (type, source, dependency) => ({ ...from(type), allow: { ...libraries(source), ...dependency } });
const close = (type, source) => ({
  ...from(type),
  disallow: libraries(source),
  message: `this library is closed to ${type} (import table of the design)`
});
const allow = (table, dependency) =>
  Object.entries(table).map(([type, types]) => ({
    ...from(type),
    allow: { to: { element: { types: { anyOf: [...types, type] } } }, ...dependency }
  }));

const policies = [
  ...allow(allowed),
  ...allow(allowedTypes, { dependency: { kind: 'type' } }),
  // Libraries and Node's own modules are open to all, save for what the lists above close.
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...forbidden.flatMap(([types, modules]) => types.map(type => close(type, modules))),
  ...Object.entries(only).flatMap(([type, modules]) => [close(type, ['**']), ...(modules.length ? [open(type, modules)] : [])]),
  open('cwl', ['cwl-ts-auto'], { dependency: { kind: 'type' } })
];

const elements = [
  ...rooms.map(name => ({ type: name, pattern: `spawner/service/src/${name}` })),
  { type: 'contract', pattern: 'spawner/contract' },
  { type: 'desktop-agent', pattern: 'spawner/desktop-agent' },
  ...['cwl', 'hub-client', 'ui', ...bundles].map(name => ({
    type: name, pattern: `extensions/${name}`
  }))
];

const isSpec = ['**/*.spec.ts', '**/*.spec.tsx', '**/src/test/**'];

export default tseslint.config(
  {
    ignores: [
      '**/lib/**', '!scripts/lib/**', '**/node_modules/**', '.tools/**', 'coverage/**', 'dist/**',
      'extensions/python/**', 'ui-tests/test-results/**', 'ui-tests/playwright-report/**'
    ]
  },
  {
    files: ['**/*.{ts,tsx,mjs,cjs,js}'],
    extends: [js.configs.recommended],
    languageOptions: { ecmaVersion: 2024 }
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `namespace CommandIDs` and `namespace Private` are JupyterLab's habit.
      '@typescript-eslint/no-namespace': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'no-restricted-globals': ['error', { name: 'event', message: 'use the argument of the handler' }],
      eqeqeq: ['error', 'always', { null: 'ignore' }]
    }
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'console', 'process', 'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'performance',
          'fetch', 'URL', 'Buffer', 'AbortSignal', 'AbortController', 'module', 'require', '__dirname',
          'describe', 'it', 'expect', 'beforeAll', 'afterAll', 'beforeEach', 'afterEach', 'globalThis'
        ].map(name => [name, 'readonly'])
      )
    }
  },
  {
    files: ['extensions/*/src/**/*.{ts,tsx}'],
    ignores: isSpec,
    plugins: { jupyter },
    extends: [jupyter.configs.recommended[0]],
    rules: {
      // Flags every import of a plugin file, needed at once or not; heavy libraries are few and known.
      'jupyter/prefer-lazy-imports': 'off'
    }
  },
  {
    files: ['spawner/*/src/**/*.ts', 'extensions/*/src/**/*.{ts,tsx}'],
    ignores: isSpec,
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'import/resolver': {
        typescript: { project: ['tsconfig.json', 'spawner/*/tsconfig.json', 'extensions/*/tsconfig.json'], noWarnOnMultipleProjects: true }
      }
    },
    rules: {
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, checkUnknownLocals: true, policies }],
      'max-lines': ['error', { max: 400 }]
    }
  },
  {
    files: ['extensions/cwl/src/**/*.ts'],
    ignores: isSpec,
    // The service reads documents with it too.
    rules: { 'no-restricted-globals': ['error', 'event', 'window', 'document', 'navigator', 'location', 'localStorage', 'fetch'] }
  },
  {
    files: ['ui-tests/**/*.ts'],
    // Playwright reads the fixtures a function wants from the pattern of its first argument.
    rules: { 'no-empty-pattern': 'off' }
  },
  {
    // The composition root and the entry know every room.
    files: ['spawner/service/src/*.ts'],
    rules: { 'boundaries/dependencies': 'off' }
  }
);
