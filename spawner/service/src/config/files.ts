import { readFileSync, statSync } from 'node:fs';
import * as path from 'node:path';

import { ConfigError } from './load.js';
import type { Config } from './schema.js';
import { SHORTEST_TOKEN } from './services.js';

type IsScope = (scope: string) => boolean;
interface Service {
  name: string;
  apiToken: string;
  scopes: string[];
  url: string | null;
}

/** What is wrong with the files that the settings name: told before anything starts, or it would show at somebody's first click. */
export function fileProblems(config: Pick<Config, 'volumesFile' | 'datalabsDir' | 'homeDatalab' | 'services'>, isScope: IsScope): string[] {
  const { volumesFile, datalabsDir, homeDatalab } = config;
  const problems: string[] = [];
  if (volumesFile !== null && !statSync(volumesFile, { throwIfNoEntry: false })?.isFile()) {
    problems.push(`volumesFile: there is no file ${volumesFile}`);
  }
  if (!statSync(datalabsDir, { throwIfNoEntry: false })?.isDirectory()) {
    problems.push(`datalabsDir: there is no folder ${datalabsDir}`);
  } else if (!statSync(path.join(datalabsDir, homeDatalab, 'datalab.yaml'), { throwIfNoEntry: false })) {
    problems.push(`homeDatalab: there is no datalab "${homeDatalab}" in ${datalabsDir}`);
  }
  return [...problems, ...look(config.services, isScope).problems];
}

/** The services of the configuration with their tokens. */
export function readServices(services: Config['services'], isScope: IsScope): Service[] {
  const { found, problems } = look(services, isScope);
  if (problems.length > 0) {
    throw new ConfigError(problems);
  }
  return found;
}

function look(services: Config['services'], isScope: IsScope): { found: Service[]; problems: string[] } {
  const problems: string[] = [];
  const names = new Set<string>();
  const tokens = new Set<string>();
  const found = services.map(({ name, apiTokenFile, scopes, url }) => {
    const wrong = (message: string): void => void problems.push(`services: ${name}: ${message}`);
    const unknown = scopes.filter(scope => !isScope(scope));
    if (unknown.length > 0) {
      wrong(`there are no scopes ${unknown.join(', ')}; the operator guide lists those there are`);
    }
    let apiToken = '';
    try {
      apiToken = readFileSync(apiTokenFile, 'utf8').trim();
      if (apiToken.length < SHORTEST_TOKEN || /\s/.test(apiToken)) {
        wrong(`the token in ${apiTokenFile} needs at least ${SHORTEST_TOKEN} characters and no spaces`);
      } else if (tokens.size === tokens.add(apiToken).size) {
        wrong('another service has the same token');
      }
    } catch {
      wrong(`the file ${apiTokenFile} cannot be read`);
    }
    if (names.size === names.add(name).size) {
      wrong('another service has the same name');
    }
    return { name, apiToken, scopes, url };
  });
  return { found, problems };
}
