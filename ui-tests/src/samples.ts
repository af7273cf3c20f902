import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hubNode, repository, sampleCache } from './paths.js';

/** Makes the simulated volumes before any test: two workers at once would replace them under each other's hands. */
export default function makeSamples(): void {
  mkdirSync(sampleCache, { recursive: true });
  execFileSync(hubNode, [join(repository, 'scripts/sample-data.mjs'), '--state-dir', sampleCache], { stdio: 'inherit' });
}
