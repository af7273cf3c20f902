// What stands in for a server where the hub itself is measured: one process that answers for all of them, by HTTP and websocket.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 §1.3

/** @returns {Promise<{port: number, close(): void}>} */
export async function startStandIn() {
  const sockets = new Set();
  const server = createServer((request, response) => {
    request.resume();
    // JupyterHub looks for its own version here, and warns about each server without it.
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-JupyterHub-Version': '5.5.4' });
    response.end('{"version": "2.21.1"}');
  });
  server.keepAliveTimeout = 60_000;
  server.on('upgrade', (request, socket) => {
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + GUID).digest('base64');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.on('error', () => undefined);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise(done => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, done));
  return {
    port: server.address().port,
    close() {
      sockets.forEach(socket => socket.destroy());
      server.closeAllConnections();
      server.close();
    }
  };
}
