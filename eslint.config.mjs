import js from '@eslint/js';
import jupyterPlugin from '@jupyter/eslint-plugin';
import boundaries from 'eslint-plugin-boundaries';
import tseslint from 'typescript-eslint';

const jupyter = jupyterPlugin.default ?? jupyterPlugin;

const rooms = ['http', 'services', 'domain', 'builders', 'ports', 'engine', 'store', 'routes', 'runner', 'telemetry', 'config'];
const bundles = ['catalogue', 'volumes', 'desktop', 'pipelines', 'workspaces'];

/** Who may import whom inside the repository (design.md, section 3). A type may always import itself. */
const allowed = {
  contract: [],
  domain: ['contract', 'domain'],
  builders: ['builders', 'domain', 'config', 'contract'],
  ports: ['ports', 'domain', 'builders', 'contract'],
  services: ['services', 'domain', 'builders', 'ports', 'telemetry', 'config', 'contract'],
  engine: ['engine', 'ports', 'domain', 'builders', 'config', 'telemetry', 'contract'],
  store: ['store', 'ports', 'domain', 'telemetry', 'contract'],
  routes: ['routes', 'ports', 'domain', 'telemetry', 'contract'],
  runner: ['runner', 'ports', 'domain', 'telemetry', 'contract'],
  http: ['http', 'services', 'contract', 'domain', 'telemetry', 'config', 'ports'],
  telemetry: ['telemetry', 'domain', 'config'],
  config: ['config', 'domain', 'contract'],
  'desktop-agent': ['desktop-agent', 'contract'],
  cwl: ['cwl'],
  'hub-client': ['hub-client', 'contract'],
  ui: ['ui'],
  ...Object.fromEntries(bundles.map(name => [name, [name, 'hub-client', 'ui', 'cwl']]))
};

/** Libraries from outside that a room must not see. */
const forbidden = [
  [['domain'], ['express', '@kubernetes/client-node', 'kysely', 'node:sqlite', 'pino']],
  [['services'], ['express', '@kubernetes/client-node', 'kysely', 'node:sqlite']],
  [['builders', 'ports'], ['express', 'kysely', 'node:sqlite', 'node:http']],
  [['engine', 'routes', 'runner'], ['express', 'kysely', 'node:sqlite']],
  [['store'], ['express', '@kubernetes/client-node']],
  [['http'], ['kysely', 'node:sqlite', '@kubernetes/client-node']],
  [['cwl'], ['@jupyterlab/**', '@lumino/**', 'react', 'react-dom']],
  [
    ['hub-client'],
    [
      'react', 'react-dom', '@lumino/widgets', '@jupyterlab/application', '@jupyterlab/apputils',
      '@jupyterlab/ui-components'
    ]
  ],
  [bundles, ['zod', 'express', 'node:**']]
];

const policies = [
  ...Object.entries(allowed).map(([type, types]) => ({
    from: { element: { type } },
    allow: { to: { element: { types: { anyOf: [...types, type] } } } }
  })),
  // Libraries and Node's own modules are open to all, save for what the lists above close.
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...forbidden.flatMap(([from, modules]) =>
    from.flatMap(type =>
      modules.map(source => ({
        from: { element: { type } },
        disallow: { to: { module: { origin: ['external', 'core'], source } } },
        message: `"${source}" is closed to ${type} (import table of the design)`
      }))
    )
  ),
  {
    from: { element: { type: 'contract' } },
    disallow: { to: { module: { origin: 'external', source: '!(zod|yaml)' } } },
    message: 'the contract uses zod and nothing else'
  }
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
      'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, policies }],
      'max-lines': ['error', { max: 400 }]
    }
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
