import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

import { parseCommandLine } from '../../config/cli.js';
import { type ConfigError, loadConfig, type LoadOptions } from '../../config/load.js';
import { statePaths } from '../../config/paths.js';
import { substitute } from '../../config/software.js';

const directory = mkdtempSync(path.join(tmpdir(), 'datalabs-config-'));
afterAll(() => rmSync(directory, { recursive: true }));
const load = (changes: Partial<LoadOptions> = {}) =>
  loadConfig({ environment: { HOME: '/home/vera' }, commandLine: {}, repo: '/repo', osUser: { name: 'vera', root: false }, cwd: directory, ...changes });
const problems = (changes: Partial<LoadOptions>): string[] => {
  try {
    load(changes);
  } catch (error) {
    return (error as ConfigError).problems;
  }
  return [];
};
const file = (name: string, text: string): string => {
  writeFileSync(path.join(directory, name), text);
  return name;
};

describe('configuration', () => {
  it('has a default for everything', () => {
    const config = load();
    expect(config).toMatchObject({ user: 'vera', host: '127.0.0.1', port: 8000, stateDir: '/home/vera/.local/state/jupyter-datalabs' });
    expect(config.software.lab).toBe('/repo/.tools/envs/lab');
    expect(load({ osUser: { name: 'root', root: true } }).user).toBe('astronomer');
    expect(load({ environment: { XDG_STATE_HOME: '/var/x' } }).stateDir).toBe('/var/x/jupyter-datalabs');
  });

  it('stops what nobody uses after a day where people log in, and never on a machine of one\'s own', () => {
    const rest = { maxAgeHours: null, extensionMinutes: 60, extensionsTotalMinutes: 240 };
    expect(load().lifetime).toEqual({ idleMinutes: null, ...rest });
    const accounts = file('accounts.yaml', 'login: {kind: accounts}\n');
    expect(load({ commandLine: { config: accounts } }).lifetime).toEqual({ idleMinutes: 1440, ...rest });
    const never = file('never.yaml', 'login: {kind: accounts}\nlifetime: {idleMinutes: null, maxAgeHours: 72}\n');
    expect(load({ commandLine: { config: never } }).lifetime).toEqual({ idleMinutes: null, ...rest, maxAgeHours: 72 });
    const environment = { HOME: '/h', DATALABS_LIFETIME_IDLE_MINUTES: '0.5', DATALABS_LIFETIME_MAX_AGE_HOURS: '', DATALABS_LIFETIME_EXTENSION_MINUTES: '5' };
    expect(load({ environment }).lifetime).toEqual({ ...rest, idleMinutes: 0.5, extensionMinutes: 5 });
    expect(problems({ environment: { HOME: '/h', DATALABS_LIFETIME_IDLE_MINUTES: 'soon' } })).toEqual([expect.stringMatching(/^DATALABS_LIFETIME_IDLE_MINUTES: lifetime\.idleMinutes: /)]);
    expect(problems({ commandLine: { config: file('zero.yaml', 'lifetime: {idleMinutes: 0, maxage: 3}\n') } })).toHaveLength(2);
  });

  it('takes the command line before the environment before the file', () => {
    const config = file('a.yaml', 'port: 1\nhost: file\nuser: file\n');
    const environment = { HOME: '/h', DATALABS_PORT: '2', DATALABS_HOST: 'env', DATALABS_SUITE_DATALABS: 'a, b', DATALABS_SOFTWARE_LAB: '/lab' };
    const loaded = load({ environment, commandLine: { config, port: '3', stateDir: 'here' } });
    expect(loaded).toMatchObject({ port: 3, host: 'env', user: 'file', suiteDatalabs: ['a', 'b'], stateDir: path.join(directory, 'here') });
    expect(loaded.software).toMatchObject({ lab: '/lab', node: `/repo/.tools/node_modules/node-linux-${process.arch}` });
  });

  it('lists every problem at once, with where it comes from', () => {
    const config = file('bad.yaml', 'prot: 80\nport: 70000\nsoftware:\n  labs: /x\n');
    expect(problems({ commandLine: { config }, environment: { HOME: '/h', DATALABS_LOG_LEVEL: 'loud', DATALABS_NOSE: '1' } })).toEqual(
      expect.arrayContaining([
        expect.stringContaining('DATALABS_NOSE: unknown setting'),
        expect.stringContaining('bad.yaml: prot: unknown setting'),
        expect.stringContaining('software.labs: unknown setting'),
        expect.stringMatching(/bad\.yaml: port: /),
        expect.stringMatching(/DATALABS_LOG_LEVEL: logLevel: /)
      ])
    );
  });

  it('names the line of broken YAML and a file that is missing', () => {
    expect(problems({ commandLine: { config: file('broken.yaml', 'port: 1\nhost: "x\n') } })[0]).toMatch(/broken\.yaml:\d+: /);
    expect(problems({ commandLine: { config: 'none.yaml' } })).toEqual([expect.stringContaining('there is no such file')]);
    expect(problems({ commandLine: { config: file('list.yaml', '- a\n') } })).toHaveLength(1);
    expect(problems({ commandLine: { port: 'eighty' } })).toEqual([expect.stringMatching(/^--port: port: /)]);
  });

  it('reads a secret from the file a variable names', () => {
    file('secret', `${'s'.repeat(40)}\n`);
    expect(load({ environment: { HOME: '/h', DATALABS_PROXY_TOKEN_FILE: path.join(directory, 'secret') } }).proxyToken).toBe('s'.repeat(40));
    expect(problems({ environment: { HOME: '/h', DATALABS_PROXY_TOKEN_FILE: '/nowhere' } })).toEqual([expect.stringContaining('cannot be read')]);
    expect(problems({ environment: { HOME: '/h', DATALABS_PORT_FILE: '/nowhere' } })).toEqual(['DATALABS_PORT_FILE: unknown setting']);
  });

  it('limits nobody unless told, and takes some limits alone', () => {
    const none = { sessions: null, cpu: null, memory: null, home: null };
    expect(load().quotas).toEqual({ default: none });
    expect(load({ commandLine: { config: file('quotas.yaml', 'quotas:\n  default:\n    sessions: 2\n    memory: 8Gi\n') } }).quotas.default).toEqual({ ...none, sessions: 2, memory: '8Gi' });
    expect(load({ commandLine: { config: file('empty-quotas.yaml', 'quotas: {}\n') } }).quotas.default).toEqual(none);
    const wrong = problems({ commandLine: { config: file('bad-quotas.yaml', 'quotas:\n  default: {session: 2, memory: lots, cpu: -1}\n') } });
    expect(wrong).toEqual(expect.arrayContaining([expect.stringContaining('quotas.default.session: unknown setting'), expect.stringContaining('must be an amount such as 8Gi'), expect.stringContaining('quotas.default.cpu')]));
  });

  it('reads every setting from the environment, as the type it has', () => {
    const oidc = {
      HOME: '/h', DATALABS_LOGIN_KIND: 'oidc', DATALABS_LOGIN_ISSUER: 'https://id.example.org', DATALABS_LOGIN_CLIENT_ID: '0815', DATALABS_LOGIN_ALLOW_ALL: 'true', DATALABS_LOGIN_RECHECK_MINUTES: '7',
      DATALABS_LOGIN_SCOPES: 'openid, email', DATALABS_LOGIN_ADMINS_CLAIM: 'groups', DATALABS_LOGIN_ADMINS_VALUES: 'admins'
    };
    expect(load({ environment: oidc }).login).toMatchObject({ clientId: '0815', allowAll: true, recheckMinutes: 7, scopes: ['openid', 'email'], admins: { claim: 'groups', values: ['admins'] } });
    expect(load({ environment: { HOME: '/h', DATALABS_LOGIN_KIND: 'accounts', DATALABS_LOGIN_INVITATION_HOURS: '24' } }).login).toEqual({ kind: 'accounts', invitationHours: 24, proxies: 0 });
    const quotas = { HOME: '/h', DATALABS_QUOTAS_DEFAULT_SESSIONS: '2', DATALABS_QUOTAS_DEFAULT_MEMORY: '8Gi', DATALABS_QUOTAS_DEFAULT_CPU: '' };
    expect(load({ environment: quotas }).quotas.default).toEqual({ sessions: 2, cpu: null, memory: '8Gi', home: null });
    expect(problems({ environment: { HOME: '/h', DATALABS_LOGIN_KIND: 'oidc', DATALABS_LOGIN_ALLOW_ALL: 'maybe' } })).toContain('DATALABS_LOGIN_ALLOW_ALL: login.allowAll: must be true or false');
    expect(load({ environment: { HOME: '/h', DATALABS_SERVICES: '[{name: a, apiTokenFile: /a, scopes: [read:hub]}]', DATALABS_WARM_SANDBOXES: '3', DATALABS_PUBLIC_URL: '' } })).toMatchObject({ services: [{ name: 'a' }], warm: { sandboxes: 3 }, publicUrl: null });
  });

  it.each([
    ['lifetime: {idleMinutes: 0}', 'lifetime.idleMinutes: must be more than 0; null: never'],
    ['lifetime: {maxAgeHours: 72h}', 'lifetime.maxAgeHours: must be a number without a unit, such as 60, or null for never'],
    ['lifetime: {extensionMinutes: null}', 'lifetime.extensionMinutes: must be a number without a unit'],
    ['lifetime: {extensionsTotalMinutes: true}', 'lifetime.extensionsTotalMinutes: must be a number without a unit'],
    ['lifetime: 5', 'lifetime: must be a section, its settings below it and indented'],
    ['login: oidc', 'login: must be a section with "kind: link", "kind: accounts" or "kind: oidc"'],
    ['login: {kind: ldap}', 'login.kind: must be a section with "kind: link", "kind: accounts" or "kind: oidc"'],
    ['login: {kind: oidc, issuer: "https://id.example.org", allowAll: true}', 'login.clientId: is missing'],
    ['quotas: {default: {memory: 16GB}}', 'quotas.default.memory: must be an amount such as 8Gi or 512Mi (units: Ki, Mi, Gi, K, M, G)'],
    ['quotas: {sessions: 2}', 'quotas.sessions: unknown setting; did you mean quotas.default.sessions?'],
    ['idleMinutes: 5', 'idleMinutes: unknown setting; did you mean lifetime.idleMinutes?'],
    ['logLevel: loud', 'logLevel: must be one of fatal, error, warn, info, debug, trace'],
    ['port: 70000', 'port: must be at most 65535']
  ])('says of "%s" what it must be', (text, expected) => {
    const [problem, ...others] = problems({ commandLine: { config: file('wrong.yaml', `${text}\n`) } });
    expect(problem).toBe(`${path.join(directory, 'wrong.yaml')}: ${expected}`);
    expect(others).toEqual([]);
  });

  it('takes a section whose lines are all commented out for one that is not given', () => {
    const config = file('commented.yaml', 'quotas:\n  default:\n    # sessions: 2\nlifetime:\nwarm:\nlogin:\nservices:\nsoftware:\nsuiteDatalabs:\nvolumesFile:\n');
    expect(load({ commandLine: { config } })).toEqual(load());
    expect(problems({ commandLine: { config: file('nothing.yaml', 'prot:\nport:\n') } })).toHaveLength(2);
  });

  it('refuses a user name that would leave its directory', () => {
    expect(problems({ environment: { HOME: '/h', DATALABS_USER: '../x' } })).toHaveLength(1);
  });
});

describe('command line', () => {
  it('reads options and lists what it does not know', () => {
    expect(parseCommandLine(['--port', '0', '--state-dir=/x', '--no-setup'])).toEqual({ help: false, stop: false, values: { port: '0', stateDir: '/x' }, errors: [] });
    expect(parseCommandLine(['--stop', '--prot', '1', '--host']).errors).toHaveLength(3);
    expect(parseCommandLine(['--help']).help).toBe(true);
    expect(parseCommandLine(['--role', 'admin']).errors).toEqual(['--role goes with --invite <name>']);
    expect(parseCommandLine(['--role', 'admin', '--invite', 'bob'])).toMatchObject({ invite: { user: 'bob', role: 'admin' }, errors: [] });
  });
});

describe('paths', () => {
  it('keeps sockets short enough for their address', () => {
    expect(statePaths('/s').runDir).toBe('/s/run');
    const long = statePaths(`/${'x'.repeat(100)}`);
    expect(long.runDir).toMatch(/^\/tmp\/jupyter-datalabs-[0-9a-f]{16}$/);
    expect(statePaths(`/${'x'.repeat(100)}`)).toEqual(long);
  });
  it('puts software trees in place of their names', () => {
    const software = { node: '/n', lab: '/l', euclid: '/e', repo: '/r' };
    expect(substitute('{lab}/bin/x {repo} {other}', software)).toBe('/l/bin/x /r {other}');
  });
});
