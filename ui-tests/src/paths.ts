import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const hubNode = join(repository, `.tools/node_modules/node-linux-${process.arch}/bin/node`);
export const hubMain = join(repository, 'spawner/service/lib/main.js');
/** Simulated volumes, made once and copied by hard link into each hub's state directory. */
export const sampleCache = join(repository, '.tools/ui-tests');
