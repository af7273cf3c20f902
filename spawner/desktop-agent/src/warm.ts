import { rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const message = z.object({ environment: z.record(z.string(), z.string()), argv: z.array(z.string()) });

/**
 * Waits on a socket for one message, which says whose session this is. The socket gets its name once it is listened to: the hub connects as
 * soon as it sees it, and takes this process for warm.
 */
export async function receiveSession(path: string): Promise<Record<string, string>> {
  const server = createServer();
  const connected = new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('connection', socket => {
      server.close();
      text(socket).then(resolve, reject);
    });
  });
  connected.catch(() => undefined);
  await new Promise<void>(resolve => server.listen(`${path}.new`, resolve));
  await rename(`${path}.new`, path);
  try {
    return message.parse(JSON.parse(await connected)).environment;
  } finally {
    await rm(path, { force: true });
  }
}
