import { defineConfig } from '@playwright/test';
import { chromiumArguments, chromiumPath } from './src/chromium.js';

export default defineConfig({
  testDir: 'tests',
  outputDir: 'test-results',
  globalSetup: './src/samples.ts',
  // Every test starts real sandboxes: side by side they would measure each other's load on a small machine.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'light',
    // Without its film, which costs as much as JupyterLab itself where pixels are drawn by the processor; the DOM at each action is in it.
    trace: { mode: 'retain-on-failure', screenshots: false },
    screenshot: 'only-on-failure',
    video: 'off',
    launchOptions: { executablePath: chromiumPath(), args: chromiumArguments() }
  }
});
