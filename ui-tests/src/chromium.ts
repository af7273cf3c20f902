import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The system's own Chromium: nothing is downloaded for the tests. */
export function chromiumPath(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/bin', '/snap/bin');
  const candidates = [process.env['UI_TESTS_CHROMIUM'], ...names.flatMap(name => folders.map(folder => join(folder, name)))];
  for (const candidate of candidates) {
    if (!candidate) {
      continue;
    }
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not here: try the next place.
    }
  }
  throw new Error('The browser tests need Chromium: install the package "chromium", or set UI_TESTS_CHROMIUM to its path.');
}

export function chromiumArguments(): string[] {
  const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  // Chromium refuses to run its own sandbox as root.
  return process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet;
}
