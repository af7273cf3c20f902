// Suites of the browser packages: JupyterLab's own jsdom environment, everything compiled to CommonJS.
// Run without --experimental-vm-modules, which breaks these suites.
const jestJupyterLab = require('@jupyterlab/testing/lib/jest-config');

const esModules = [
  '@codemirror',
  '@jupyter/',
  '@jupyter-datalabs/',
  '@jupyterlab/',
  '@lezer/',
  '@lumino/',
  '@marijn/',
  '@microsoft/',
  '@novnc/',
  'color',
  'eventsource-parser',
  'exenv-es6',
  'lib0',
  'marked',
  'nanoid',
  'vscode-ws-jsonrpc',
  'y-protocols',
  'y-websocket',
  'yjs',
  'zod'
].join('|');

const base = jestJupyterLab(__dirname);

const swc = [
  '@swc/jest',
  {
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', tsx: true, decorators: true },
      transform: { react: { runtime: 'classic' } }
    },
    module: { type: 'commonjs' }
  }
];

module.exports = {
  ...base,
  rootDir: __dirname,
  roots: ['<rootDir>/extensions'],
  coverageDirectory: undefined,
  reporters: ['default'],
  testRegex: '/src/.*\\.spec\\.tsx?$',
  testPathIgnorePatterns: ['/node_modules/', '/lib/', '/extensions/python/', '/extensions/cwl/'],
  modulePathIgnorePatterns: ['<rootDir>/extensions/python/', '<rootDir>/.tools/'],
  setupFiles: [...(base.setupFiles ?? []), '<rootDir>/scripts/jest-browser-globals.cjs'],
  transform: {
    '\\.m?[jt]sx?$': swc,
    '\\.svg$': '@jupyterlab/testing/lib/jest-raw-loader.js'
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModules}))`],
  moduleNameMapper: {
    ...(base.moduleNameMapper ?? {}),
    '\\.(css|less|sass|scss)$': 'identity-obj-proxy',
    '\\.(gif|ttf|eot)$': '@jupyterlab/testing/lib/jest-file-mock.js',
    // Our own packages from source, so that a suite never sees a stale lib/.
    '^@jupyter-datalabs/contract$': '<rootDir>/spawner/contract/src/index.ts',
    '^@jupyter-datalabs/(hub-client|ui|cwl)$': '<rootDir>/extensions/$1/src/index.ts',
    // The contract is compiled as nodenext: its relative imports end in .js.
    '^(\\.{1,2}/(?!.*(?:node_modules|vendor)).*)\\.js$': ['$1.js', '$1.ts', '$1.tsx']
  }
};
