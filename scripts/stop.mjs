#!/usr/bin/env node
// Ends the hub, every session and the proxy of a state directory.
import { existsSync } from 'node:fs';
import * as paths from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';
import { runHub } from './start.mjs';

const HELP = `Usage: npm run stop -- [--state-dir <dir>] [--config <file>]

Ends the hub, every session and the proxy. Files are kept.
`;

await runMain(async () => {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!existsSync(paths.node24) || !existsSync(paths.serviceMain)) {
    console.log('Nothing to stop: nothing has been set up here.');
    return 0;
  }
  return runHub([...argv, '--stop']);
});
