import { existsSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

import { LineCounter, parse, parseDocument } from 'yaml';
import { z } from 'zod';

import { mistake } from '../domain/mistakes.js';
import { SECRETS, configSchema, type Config } from './schema.js';

export interface LoadOptions {
  environment: Record<string, string | undefined>;
  commandLine: { port?: string; host?: string; stateDir?: string; config?: string };
  /** Root of this repository. */
  repo: string;
  /** Name of the operating system's user, and whether it is root. */
  osUser: { name: string; root: boolean };
  cwd: string;
}

/** All problems of the configuration together, so that one look repairs them all. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
  }
}

const PREFIX = 'DATALABS_';

/** camelCase setting (dots for nested ones) → DATALABS_CAMEL_CASE */
export function environmentName(key: string): string {
  return PREFIX + key.replace(/([A-Z])/g, '_$1').replaceAll('.', '_').toUpperCase();
}

/** Defaults, then file, then environment, then command line; throws {@link ConfigError}. */
export function loadConfig(options: LoadOptions): Config {
  const problems: string[] = [];
  const given: Record<string, unknown> = {};
  const origin = new Map<string, string>();
  const file = options.commandLine.config ?? options.environment[`${PREFIX}CONFIG`];
  if (file) {
    readFile(path.resolve(options.cwd, file), given, origin, problems);
  }
  readEnvironment(options.environment, given, origin, problems);
  const { port, host, stateDir } = options.commandLine;
  if (port !== undefined) {
    given['port'] = typed(configSchema.shape.port, port);
    origin.set('port', '--port');
  }
  if (host !== undefined) {
    given['host'] = host;
    origin.set('host', '--host');
  }
  if (stateDir !== undefined) {
    given['stateDir'] = path.resolve(options.cwd, stateDir);
    origin.set('stateDir', '--state-dir');
  }
  const defaults = defaultsFor(options);
  // On a machine of one's own nothing is in the way of others.
  const many = isRecord(given['login']) && given['login']['kind'] !== undefined && given['login']['kind'] !== 'link';
  const lifetime = { ...defaults.lifetime, idleMinutes: many ? 24 * 60 : null };
  const merged = {
    ...defaults,
    ...given,
    warm: section(defaults.warm, given['warm']),
    lifetime: section(lifetime, given['lifetime']),
    software: section(defaults.software, given['software'])
  };
  const result = configSchema.safeParse(merged, { error: mistake });
  if (!result.success) {
    problems.push(...result.error.issues.flatMap(issue => sentences(issue, origin)));
  }
  if (problems.length > 0 || !result.success) {
    throw new ConfigError(problems);
  }
  return result.data;
}

function section(defaults: object, given: unknown = {}): unknown {
  return isRecord(given) ? { ...defaults, ...given } : given;
}

function defaultsFor({ environment, repo, osUser }: LoadOptions): Config {
  const home = environment['HOME'] || os.homedir();
  const stateHome = environment['XDG_STATE_HOME'] || path.join(home, '.local', 'state');
  return {
    user: osUser.root ? 'astronomer' : osUser.name,
    host: '127.0.0.1',
    port: 8000,
    publicUrl: null,
    stateDir: path.join(stateHome, 'jupyter-datalabs'),
    datalabsDir: path.join(repo, 'kernels-images'),
    volumesFile: null,
    homeDatalab: 'jupyterlab',
    suiteDatalabs: ['jupyterlab', 'euclid'],
    startTimeoutSeconds: 60,
    maxStarting: 2 * os.availableParallelism(),
    maxQueued: 1000,
    stopGraceSeconds: 5,
    jupyterArguments: [],
    // A sixteenth of the machine: two users' next clicks on a laptop, forty on a server.
    warm: { memory: `${Math.floor(Math.min(os.totalmem(), process.constrainedMemory() || Infinity) / 16 / 2 ** 20)}Mi`, sandboxes: 64 },
    quotas: { default: { sessions: null, cpu: null, memory: null, home: null } },
    lifetime: { idleMinutes: null, maxAgeHours: null, extensionMinutes: 60, extensionsTotalMinutes: 240 },
    login: { kind: 'link' },
    services: [],
    logLevel: 'info',
    proxyToken: null,
    software: {
      node: path.join(repo, '.tools', 'node_modules', `node-linux-${process.arch}`),
      lab: path.join(repo, '.tools', 'envs', 'lab'),
      euclid: path.join(repo, '.tools', 'envs', 'euclid'),
      repo
    }
  };
}

function readFile(file: string, given: Record<string, unknown>, origin: Map<string, string>, problems: string[]): void {
  if (!existsSync(file)) {
    problems.push(`${file}: there is no such file`);
    return;
  }
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  for (const error of document.errors) {
    problems.push(`${file}:${lines.linePos(error.pos[0]).line}: ${error.message.split('\n')[0]}`);
  }
  if (document.errors.length > 0) {
    return;
  }
  const value: unknown = document.toJS() ?? {};
  if (!isRecord(value)) {
    problems.push(`${file}: must hold settings as "name: value"`);
    return;
  }
  for (const [key, entry] of Object.entries(withoutEmpty(configSchema, value) as object)) {
    given[key] = entry;
    origin.set(key, file);
  }
}

/** A section or list whose lines are all commented out is one that is not given. */
function withoutEmpty(schema: z.ZodType | undefined, value: unknown): unknown {
  const shape = schema && bare(schema);
  if (!(shape instanceof z.ZodObject) || !isRecord(value)) {
    return value;
  }
  const inner = shape.shape as Record<string, z.ZodType>;
  const isEmpty = (key: string): boolean => value[key] === null && inner[key] !== undefined && SECTIONS.some(kind => bare(inner[key]!) instanceof kind) && !inner[key].safeParse(null).success;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !isEmpty(key)).map(([key, entry]) => [key, withoutEmpty(inner[key], entry)]));
}

function readEnvironment(
  environment: LoadOptions['environment'],
  given: Record<string, unknown>,
  origin: Map<string, string>,
  problems: string[]
): void {
  const settings = leaves(configSchema);
  const byName = new Map([...settings.keys()].map(key => [environmentName(key), key]));
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || name === `${PREFIX}CONFIG` || value === undefined) {
      continue;
    }
    const secret = SECRETS.find(key => `${environmentName(key)}_FILE` === name);
    const key = secret ?? byName.get(name);
    if (key === undefined) {
      problems.push(`${name}: unknown setting`);
      continue;
    }
    if (secret !== undefined) {
      if (environment[environmentName(secret)] !== undefined) {
        problems.push(`${name}: give either this or ${environmentName(secret)}, not both`);
        continue;
      }
      try {
        assign(given, secret, readFileSync(value, 'utf8').trim());
        origin.set(secret, name);
      } catch {
        problems.push(`${name}: the file "${value}" cannot be read`);
      }
      continue;
    }
    assign(given, key, typed(settings.get(key)!, value));
    origin.set(key, name);
  }
}

/** A setting by its name, or with dots one inside others. */
function assign(given: Record<string, unknown>, key: string, value: unknown): void {
  const [first, ...rest] = key.split('.') as [string, ...string[]];
  if (rest.length === 0) {
    given[first] = value;
    return;
  }
  const inner = isRecord(given[first]) ? { ...given[first] } : {};
  assign(inner, rest.join('.'), value);
  given[first] = inner;
}

/** A schema without what allows null or gives a default. */
function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodNullable || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault ? bare(schema.unwrap() as z.ZodType) : schema;
}

/** Every setting by its name, those of sections as `section.name`. */
function leaves(schema: z.ZodType, prefix = ''): Map<string, z.ZodType> {
  const inner = bare(schema);
  const shapes = inner instanceof z.ZodObject ? [inner] : inner instanceof z.ZodDiscriminatedUnion ? (inner.options as z.ZodObject[]) : [];
  return new Map(shapes.length === 0
    ? [[prefix, schema]]
    : shapes.flatMap(({ shape }) => Object.entries(shape).flatMap(([key, entry]) => [...leaves(entry as z.ZodType, prefix === '' ? key : `${prefix}.${key}`)])));
}

/** Text of the environment or command line as the type its setting has; what is neither text nor a list of texts is written as in the file. */
function typed(schema: z.ZodType, value: string): unknown {
  const inner = bare(schema);
  if (value === '' && inner !== schema && schema.safeParse(null).success) {
    return null;
  }
  if (inner instanceof z.ZodArray && !(inner.element instanceof z.ZodObject)) {
    return value === '' ? [] : value.split(',').map(part => part.trim());
  }
  if (inner instanceof z.ZodNumber || inner instanceof z.ZodBoolean || inner instanceof z.ZodArray || inner instanceof z.ZodObject) {
    try {
      return parse(value);
    } catch {
      return value;
    }
  }
  return value;
}

const SECTIONS = [z.ZodObject, z.ZodDiscriminatedUnion, z.ZodArray];

function sentences(issue: z.core.$ZodIssue, origin: Map<string, string>): string[] {
  const place = (name: string): string => {
    const where = origin.get(name) ?? origin.get(String(issue.path[0] ?? name));
    return `${where ? `${where}: ` : ''}${name}: `;
  };
  if (issue.code === 'unrecognized_keys') {
    const known = [...leaves(configSchema).keys()];
    return issue.keys.map(key => {
      const meant = known.filter(name => name.endsWith(`.${key}`) && name.startsWith(issue.path.join('.')));
      return `${place([...issue.path, key].join('.'))}unknown setting${meant.length > 0 ? `; did you mean ${meant.join(' or ')}?` : ''}`;
    });
  }
  return [`${place(issue.path.join('.'))}${issue.message}`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
