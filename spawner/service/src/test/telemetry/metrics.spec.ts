import { Metrics } from '../../telemetry/metrics.js';
import { startHub, USER, type Harness } from '../http/harness.js';

let hub: Harness;
let metrics: Metrics;
beforeEach(async () => {
  metrics = new Metrics(0, { process: false });
  hub = await startHub({
    services: [{ name: 'prometheus', apiToken: 'p'.repeat(40), scopes: ['read:metrics'], url: null }],
    prepare: context => void (context.metrics = metrics)
  });
  metrics.watch({ sessions: async () => [...hub.sessions.views.values()], queue: () => ({ waiting: 4, starting: 2 }) });
});
afterEach(() => hub.close());

const scraper = { authorization: `token ${'p'.repeat(40)}` };
const scrape = async (): Promise<string> => (await hub.fetch('/hub/metrics', { headers: scraper })).text();

it('shows them to whoever holds read:metrics, and to nobody else', async () => {
  const answer = await hub.fetch('/hub/metrics', { headers: { ...scraper, accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  await hub.identity.users.create(['bob'], 'user');
  const refused = await Promise.all([
    hub.fetch('/hub/metrics'),
    hub.fetch('/hub/metrics', { headers: { authorization: 'token nothing' } }),
    hub.fetch('/hub/metrics', { headers: { authorization: `token ${await hub.token('bob')}` } })
  ]);
  for (const one of refused) {
    expect(one.status).toBe(403);
    expect(one.headers.get('content-type')).toContain('application/problem+json');
    expect(await one.text()).not.toContain('datalabs_');
  }
});

it('says what runs and waits', async () => {
  hub.sessions.set({ name: '', datalab: 'jupyterlab' });
  hub.sessions.set({ name: 'topcat', kind: 'desktop', state: 'starting' });
  hub.sessions.set({ name: '', owner: 'bob', datalab: 'jupyterlab' });
  const text = await scrape();
  expect(text).toContain('datalabs_sessions{state="ready",datalab="jupyterlab",kind="jupyter"} 2');
  expect(text).toContain('datalabs_sessions{state="starting",datalab="topcat",kind="desktop"} 1');
  expect(text).toContain('datalabs_users_with_sessions 2');
  expect(text).toContain('datalabs_start_queue_length 4');
  expect(text).toContain('datalabs_starts_running 2');
  hub.sessions.drop(USER, 'topcat');
  expect(await scrape()).not.toContain('state="starting"');
});

it('measures requests by their route, never by an address or a name', async () => {
  const headers = { authorization: `token ${await hub.token()}` };
  for (let n = 0; n < 30; n++) {
    await hub.fetch(`/hub/api/users/secret-name-${n}/servers/s${n}/timeline`, { headers });
    await hub.fetch(`/hub/api/no/such/secret-name-${n}`, { headers });
    await hub.fetch(`/secret-name-${n}`);
    await hub.fetch(`/user/secret-name-${n}/api/x`);
    await hub.fetch(`/hub/spawn/secret-name-${n}`);
  }
  await hub.fetch(`/hub/api/users/${USER}/server`, { method: 'POST', headers, body: '{"datalab":"nothing"}' });
  const text = await scrape();
  expect(text).not.toContain('secret-name');
  const routes = new Set([...text.matchAll(/datalabs_http_request_seconds_count\{method="\w+",route="([^"]+)"/g)].map(match => match[1]!));
  expect(routes).toContain('/hub/api/users/:name/servers/:server/timeline');
  expect(routes).toContain('/user/*');
  expect(routes).toContain('none');
  expect(routes.size).toBeLessThan(8);
  expect(text).toContain('datalabs_http_problems_total{code="unknown-datalab"} 1');
  expect(text).toContain('datalabs_session_start_refusals_total{code="unknown-datalab"} 1');
});

it('counts open event streams, and leaves them out of the time that requests take', async () => {
  const headers = { authorization: `token ${await hub.token()}` };
  hub.sessions.set({ name: '', datalab: 'jupyterlab' });
  const stream = await hub.fetch(`/hub/api/users/${USER}/events`, { headers });
  const text = await scrape();
  expect(text).toContain('datalabs_event_streams 1');
  expect(text).toContain('datalabs_http_requests_in_flight 1');
  await stream.body!.cancel();
  expect(await scrape()).not.toMatch(/request_seconds_count\{[^}]*events/);
});

const STEPS = [{ step: 'queued', startedAt: 1000, endedAt: 1200 }, { step: 'ready', startedAt: 1500, endedAt: 1500 }];
const START = { startId: 's1', datalab: 'topcat', started: 1000, ended: null, warm: false, steps: STEPS, reason: null };

it('counts each start once, by how it went, and each end', async () => {
  metrics.startsKept([START, { ...START, startId: 's2', warm: true }]);
  metrics.startsKept([{ ...START, ended: 9000, reason: { code: 'out-of-memory' } }]);
  metrics.startsKept([{ ...START, ended: 9000, reason: { code: 'out-of-memory' } }]);
  metrics.startsKept([{ ...START, startId: 's3', steps: STEPS.slice(0, 1), ended: 2000, reason: { code: 'timeout' } }]);
  const text = await metrics.text();
  expect(text).toContain('datalabs_session_starts_total{datalab="topcat",outcome="ready"} 2');
  expect(text).toContain('datalabs_session_starts_total{datalab="topcat",outcome="timeout"} 1');
  expect(text).toContain('datalabs_session_ends_total{datalab="topcat",code="out-of-memory"} 1');
  expect(text).toContain('datalabs_session_start_seconds_sum{datalab="topcat",warm="false"} 0.5');
  expect(text).toContain('datalabs_session_start_seconds_count{datalab="topcat",warm="true"} 1');
});

it('leaves starts of an earlier hub to that one, but not their ends', async () => {
  const later = new Metrics(5000, { process: false });
  later.startsKept([{ ...START, ended: 9000, reason: { code: 'stopped' } }]);
  const text = await later.text();
  expect(text).not.toContain('datalabs_session_starts_total{');
  expect(text).toContain('datalabs_session_ends_total{datalab="topcat",code="stopped"} 1');
});

it('has an end of labels, however many datalabs there are', async () => {
  metrics.startsKept(Array.from({ length: 5000 }, (_, n) => ({ ...START, startId: `s${n}`, datalab: `datalab-${n}` })));
  const text = await metrics.text();
  expect([...text.matchAll(/^datalabs_session_starts_total\{/gm)]).toHaveLength(201);
  expect(text).toContain('datalabs_session_starts_total{datalab="other",outcome="ready"} 4800');
});

it('measures passes, statements and restarts, and has the metrics of the process', async () => {
  const whole = new Metrics();
  whole.passed({ ok: true, ms: 20 });
  whole.passed({ ok: false, ms: 20 });
  whole.stored('write', 0.2);
  whole.proxyRestarted();
  const text = await whole.text();
  expect(text).toContain('datalabs_reconcile_seconds_sum{outcome="done"} 0.02');
  expect(text).toContain('datalabs_reconcile_seconds_count{outcome="failed"} 1');
  expect(text).toContain('datalabs_store_seconds_sum{kind="write"} 0.0002');
  expect(text).toContain('datalabs_proxy_restarts_total 1');
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
});
