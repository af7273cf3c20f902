import * as http from 'node:http';

export interface ApiAnswer {
  status: number;
  body: string;
}

/** One request to an HTTP server on a UNIX socket or port, with a total time-out in milliseconds. */
export function request(options: http.RequestOptions & { body?: string; timeoutMs: number }): Promise<ApiAnswer> {
  const { body, timeoutMs, ...rest } = options;
  return new Promise((resolve, reject) => {
    const call = http.request(rest, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('error', reject);
    endAfter(call, timeoutMs);
    call.end(body);
  });
}

/**
 * Status of a GET through the public address; null when nothing answered. The body is not read: its head is the news.
 */
export function probeStatus(origin: { host: string; port: number }, path: string, signal: AbortSignal, agent: http.Agent): Promise<number | null> {
  return new Promise(resolve => {
    const call = http.get({ host: dialHost(origin.host), port: origin.port, path, agent, signal }, answer => {
      answer.resume();
      answer.on('error', () => undefined);
      resolve(answer.statusCode ?? null);
    });
    call.on('error', () => resolve(null));
    endAfter(call, 5000);
  });
}

/** A timer that goes with the request: a signal of that time would keep what it holds until the time is over. */
function endAfter(call: http.ClientRequest, ms: number): void {
  const timer = setTimeout(() => call.destroy(new Error(`no answer within ${ms} ms`)), ms).unref();
  call.once('close', () => clearTimeout(timer));
}

/** An address that means "all" for listening is no address to call. */
export function dialHost(host: string): string {
  return host === '0.0.0.0' || host === '' || host === '*' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
