import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileProblems, readServices } from '../../config/files.js';
import { serviceSchema } from '../../config/services.js';

const isScope = (scope: string): boolean => scope.startsWith('read:');

const TOKEN = 't'.repeat(32);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'services-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function service(name: string, content: string | null, scopes = ['read:hub']) {
  const apiTokenFile = join(folder, name);
  if (content !== null) {
    writeFileSync(apiTokenFile, content);
  }
  return serviceSchema.parse({ name, apiTokenFile, scopes });
}

it('reads the token of each service from its file', () => {
  expect(readServices([service('culler', `${TOKEN}\n`)], isScope)).toEqual([{ name: 'culler', apiToken: TOKEN, scopes: ['read:hub'], url: null }]);
});

it.each([
  ['no file', () => [service('a', null)], 'cannot be read'],
  ['a short token', () => [service('a', 'short')], 'at least 32'],
  ['two lines', () => [service('a', `${TOKEN}\n${TOKEN}`)], 'no spaces'],
  ['one token for two', () => [service('a', TOKEN), service('b', TOKEN)], 'same token']
])('refuses %s, and does not say the token', (_case, services, sentence) => {
  expect(() => readServices(services(), isScope)).toThrow(sentence);
  expect(() => readServices(services(), isScope)).not.toThrow(TOKEN);
});

it('names every problem of all services at once', () => {
  const services = [service('a', null, ['sevrers', 'hbu']), service('b', TOKEN), service('b', 'short')];
  const all = { volumesFile: join(folder, 'none.yaml'), datalabsDir: join(folder, 'none'), homeDatalab: 'nosuch', services };
  expect(fileProblems(all, isScope)).toEqual([
    `volumesFile: there is no file ${folder}/none.yaml`,
    `datalabsDir: there is no folder ${folder}/none`,
    'services: a: there are no scopes sevrers, hbu; the operator guide lists those there are',
    `services: a: the file ${folder}/a cannot be read`,
    `services: b: the token in ${folder}/b needs at least 32 characters and no spaces`,
    `services: b: the token in ${folder}/b needs at least 32 characters and no spaces`,
    'services: b: another service has the same name'
  ]);
});

it('misses the datalab of the home', () => {
  mkdirSync(join(folder, 'jupyterlab'));
  const settings = { volumesFile: null, datalabsDir: folder, homeDatalab: 'jupyterlab', services: [] };
  expect(fileProblems(settings, isScope)).toEqual([`homeDatalab: there is no datalab "jupyterlab" in ${folder}`]);
  writeFileSync(join(folder, 'jupyterlab', 'datalab.yaml'), '');
  expect(fileProblems(settings, isScope)).toEqual([]);
});
