import { StopNotice } from '../stop-notice';
import { FakeHub, session, settle } from './fixtures';

it('tells what somebody else or its time has ended, once, and nothing else', async () => {
  const fake = new FakeHub();
  const idle = { code: 'idle', message: 'Stopped after 60 minutes without activity at 14:03 UTC. Files are kept.' };
  const other = { code: 'stopped', message: 'The session was stopped by eve, an administrator.', by: 'eve' };
  const getSessionTimeline = jest.fn(async ({ server }: { server: string }) => {
    if (server === 'gone') {
      throw new Error('The hub does not answer.');
    }
    return { reason: server === 'euclid' ? other : server === 'xmm' ? idle : { code: 'stopped', message: 'The session was stopped.' } };
  });
  const getHomeTimeline = jest.fn(async () => ({ reason: idle }));
  Object.assign(fake.client, { getSessionTimeline, getHomeTimeline });
  const tell = jest.fn();
  const notice = new StopNotice(fake.asHub, tell);
  fake.connect();
  // The page of the home itself says so in its own words.
  ['', 'euclid', 'topcat', 'xmm', 'gone'].forEach(name => fake.put(session(name)));
  const known = [...fake.sessions.map];
  // A list that is not the hub's own word says nothing about what is gone.
  fake.sessions.map.clear();
  fake.disconnect('offline', { code: 'hub-unreachable', status: 0, detail: 'Away.' });
  await settle();
  expect(getSessionTimeline).not.toHaveBeenCalled();
  known.forEach(([name, model]) => fake.sessions.map.set(name, model));
  fake.connect();
  fake.sessions.map.clear();
  fake.connect();
  fake.connect();
  await settle();
  expect(getSessionTimeline).toHaveBeenCalledTimes(4);
  expect(getHomeTimeline).not.toHaveBeenCalled();
  expect(tell.mock.calls).toEqual([['Euclid', other], ['Xmm', idle]]);
  notice.dispose();
});
