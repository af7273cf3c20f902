import { defineConfig } from '@playwright/test';
import base from './playwright.config.js';

/** Pictures for the documentation, taken from the running product: `node scripts/screenshot.mjs`. */
export default defineConfig(base, {
  testDir: 'screenshots',
  testMatch: '*.shot.ts',
  timeout: 180_000,
  use: { viewport: { width: 1600, height: 900 }, deviceScaleFactor: 1, trace: 'off' }
});
