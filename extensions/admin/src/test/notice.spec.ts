import { StopNotice } from '../notice';
import { AWAY, fakeHub, settle } from './fixtures';

it('tells what somebody else has stopped, once, and nothing else', async () => {
  const { hub, client, sessions } = fakeHub();
  let shown: { name: string; title: string }[] = [{ name: 'euclid', title: 'Euclid' }, { name: 'topcat', title: 'TOPCAT' }, { name: 'xmm', title: 'XMM' }, { name: 'gone', title: 'Gone' }];
  sessions.values = () => shown;
  const tell = jest.fn();
  const notice = new StopNotice(hub, tell);
  const reason = { code: 'stopped', message: 'The session was stopped by eve, an administrator.', by: 'eve' };
  const idle = { code: 'idle', message: 'Stopped after 60 minutes without activity at 14:03 UTC. Files are kept.' };
  client.getSessionTimeline.mockImplementation((async ({ server }: { server: string }) => {
    if (server === 'gone') {
      throw AWAY;
    }
    return { reason: server === 'euclid' ? reason : server === 'xmm' ? idle : { code: 'stopped', message: 'The session was stopped.' } };
  }) as never);
  // A list that is not the hub's own word says nothing about what is gone.
  sessions.state = 'offline';
  const kept = shown;
  shown = [];
  await settle(() => sessions.changed.emit());
  expect(client.getSessionTimeline).not.toHaveBeenCalled();
  shown = kept;
  sessions.state = 'ready';
  await settle(() => sessions.changed.emit());
  shown = [];
  await settle(() => sessions.changed.emit());
  await settle(() => sessions.changed.emit());
  expect(client.getSessionTimeline).toHaveBeenCalledTimes(4);
  expect(tell.mock.calls).toEqual([['Euclid', reason], ['XMM', idle]]);
  notice.dispose();
});
