// Takes the pictures of the documentation from the running product: a hub of its own, real sandboxes, real programs.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const runner = join(root, 'ui-tests/node_modules/@playwright/test/cli.js');
if (!existsSync(runner)) {
  console.error('The browser tests are not installed: run "npm run setup" first.');
  process.exit(1);
}
mkdirSync(join(root, 'docs/images'), { recursive: true });
const result = spawnSync(process.execPath, [runner, 'test', '--config', 'playwright.screenshots.config.ts'], {
  cwd: join(root, 'ui-tests'),
  stdio: 'inherit'
});
process.exit(result.status ?? 1);
