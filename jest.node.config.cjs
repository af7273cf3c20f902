// Suites of the node packages: native ES modules.
// Needs NODE_OPTIONS=--experimental-vm-modules, hence a process of its own.
module.exports = {
  rootDir: __dirname,
  roots: ['<rootDir>/spawner', '<rootDir>/scripts', '<rootDir>/extensions/cwl'],
  testEnvironment: 'node',
  testRegex: '/(src|scripts)/.*\\.spec\\.(ts|mjs)$',
  testPathIgnorePatterns: ['/node_modules/', '/lib/'],
  modulePathIgnorePatterns: ['<rootDir>/.tools/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline'
      }
    ]
  },
  moduleNameMapper: {
    // Sources instead of lib/: a suite never sees a stale build.
    '^@jupyter-datalabs/contract$': '<rootDir>/spawner/contract/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': ['$1.js', '$1.ts']
  }
};
