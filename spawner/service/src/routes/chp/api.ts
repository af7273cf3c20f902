import * as http from 'node:http';

export interface ApiAnswer {
  status: number;
  body: string;
}

/** One request to an HTTP server on a UNIX socket or port, with a total time-out in milliseconds. */
export function request(options: http.RequestOptions & { body?: string; timeoutMs: number; signal?: AbortSignal }): Promise<ApiAnswer> {
  const { body, timeoutMs, signal, ...rest } = options;
  const total = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const call = http.request({ ...rest, signal: signal ? AbortSignal.any([signal, total]) : total }, answer => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

/**
 * Status of a GET through the public address; null when nothing answered. The body is not read: its head is the news.
 */
export function probeStatus(origin: { host: string; port: number }, path: string, signal: AbortSignal, agent: http.Agent): Promise<number | null> {
  return new Promise(resolve => {
    const call = http.get(
      { host: dialHost(origin.host), port: origin.port, path, agent, signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) },
      answer => {
        answer.resume();
        answer.on('error', () => undefined);
        resolve(answer.statusCode ?? null);
      }
    );
    call.on('error', () => resolve(null));
  });
}

/** An address that means "all" for listening is no address to call. */
export function dialHost(host: string): string {
  return host === '0.0.0.0' || host === '' || host === '*' ? '127.0.0.1' : host === '::' ? '::1' : host;
}
