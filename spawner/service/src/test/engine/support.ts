import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { join } from 'node:path';
import type { SessionSpec } from '../../ports/engine.js';
import { LocalEngine, type LocalEngineOptions } from '../../engine/local/index.js';

/**
 * Serves one line over the session's socket, which is what every kind of session boils down to. The socket gets its name once it is listened to, so that a
 * test can connect at once.
 */
export const SERVE = `
import http.server, socketserver, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"served")
    def log_message(self, *rest): pass
class Unix(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    def get_request(self):
        request, _ = super().get_request()
        return request, ("unix", 0)
print("serving", flush=True)
import os
server = Unix("/run/datalabs/session/unnamed.sock", Handler)
os.rename("/run/datalabs/session/unnamed.sock", "/run/datalabs/session/server.sock")
server.serve_forever()
`;
/** What a program does that can be warmed, in few lines. */
export const WAIT = `
import json, os, socket, sys
path = os.environ.pop("DATALABS_WARM", None)
if path:
    print("warm", os.path.exists("/run/datalabs/hub/hub.sock"), flush=True)
    listener = socket.socket(socket.AF_UNIX); listener.bind(path + ".new"); listener.listen(1); os.rename(path + ".new", path)
    connection, _ = listener.accept()
    message = json.loads(connection.makefile().read())
    os.environ.update(message["environment"])
    os.unlink(path)
`;
export const python = (text: string) => ['/usr/bin/python3', '-c', text];

let count = 0;

export function specOf(base: string, change: Partial<SessionSpec> = {}): SessionSpec {
  return {
    key: { owner: 'ann', name: 'one' },
    startId: `start-${++count}`,
    datalab: 'test',
    version: '1',
    kind: 'web',
    argv: python(SERVE),
    environment: {},
    mounts: [],
    links: [],
    home: join(base, 'homes', 'ann', 'test'),
    network: 'none',
    resources: { cpu: 1, memoryBytes: 512 * 2 ** 20, pids: 128 },
    ...change
  };
}

export const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export interface Place {
  base: string;
  engine: (change?: Partial<LocalEngineOptions>) => LocalEngine;
  remove: () => void;
}

/** A state directory of its own; every engine made from it is one hub process's view of it. */
export function makePlace(): Place {
  const base = mkdtempSync('/tmp/datalabs-test-');
  const hubSocketDir = join(base, 'run', 'hub');
  mkdirSync(hubSocketDir, { recursive: true });
  return {
    base,
    engine: change => new LocalEngine({ stateDir: base, runDir: join(base, 'run'), hubSocketDir: () => hubSocketDir, softwareMounts: [], logger: quiet, ...change }),
    remove: () => rmSync(base, { recursive: true, force: true })
  };
}

export function fetchUnix(target: string): Promise<string> {
  const socketPath = decodeURIComponent(target.slice('http+unix://'.length));
  return new Promise((resolve, reject) => {
    get({ socketPath, path: '/' }, response => {
      let body = '';
      response.on('data', chunk => (body += String(chunk))).on('end', () => resolve(body));
    }).on('error', reject);
  });
}

export function listenUnix(path: string, answer: string): Promise<Server> {
  const server = createServer((_request, response) => response.end(answer));
  return new Promise(resolve => server.listen(path, () => resolve(server)));
}
