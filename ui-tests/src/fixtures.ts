import { test as base } from '@playwright/test';
import type { HubClient } from './client.js';
import { Hub } from './hub.js';

export { expect } from '@playwright/test';

interface TestFixtures {
  /** A hub of this test alone, already started; for tests that kill it or use its login link. */
  ownHub: Hub;
}

interface WorkerFixtures {
  /** One running hub shared by the tests that leave it as they found it, and its logged-in client. */
  hub: Hub;
  client: HubClient;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  ownHub: async ({}, use, info) => {
    const hub = await Hub.create();
    try {
      await hub.start();
      await use(hub);
    } finally {
      await info.attach('hub output', { body: hub.output, contentType: 'text/plain' });
      await hub.dispose();
    }
  },
  hub: [
    async ({}, use) => {
      const hub = await Hub.create();
      try {
        await hub.start();
        await use(hub);
      } finally {
        await hub.dispose();
      }
    },
    { scope: 'worker', timeout: 60_000 }
  ],
  client: [async ({ hub }, use) => use(await hub.login()), { scope: 'worker' }]
});
