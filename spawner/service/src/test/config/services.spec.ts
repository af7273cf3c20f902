import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readServices, serviceSchema } from '../../config/services.js';
import { Identity } from '../../services/identity/identity.js';
import { memoryStore } from '../../store/index.js';
import { TestClock } from '../http/harness.js';

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
  expect(readServices([service('culler', `${TOKEN}\n`)])).toEqual([{ name: 'culler', apiToken: TOKEN, scopes: ['read:hub'], url: null }]);
});

it.each([
  ['no file', () => [service('a', null)], 'cannot be read'],
  ['a short token', () => [service('a', 'short')], 'at least 32'],
  ['two lines', () => [service('a', `${TOKEN}\n${TOKEN}`)], 'no spaces'],
  ['one token for two', () => [service('a', TOKEN), service('b', TOKEN)], 'same name or token']
])('refuses %s, and does not say the token', (_case, services, sentence) => {
  expect(() => readServices(services())).toThrow(sentence);
  expect(() => readServices(services())).not.toThrow(TOKEN);
});

it('refuses a scope that does not exist', () => {
  expect(() => new Identity({ store: memoryStore(), clock: new TestClock(), user: 'alice', services: readServices([service('culler', TOKEN, ['sevrers'])]) })).toThrow('sevrers');
});
