import { Hub } from '../hub';
import { chosenVolumes, mountVolume, sessionVolumes, unmountVolume } from '../volumes';
import { FakeHub } from './fake-hub';

describe.each([['', 'server'], ['euclid', 'servers/euclid']])('volumes of the session "%s"', (sessionName, where) => {
  let fake: FakeHub;
  let hub: Hub;
  const path = `/hub/api/users/u/${where}/volumes`;

  beforeEach(() => {
    fake = new FakeHub();
    hub = new Hub({ config: { host: '', prefix: '/hub/', user: 'u', sessionName }, serverSettings: fake.settings, windows: null });
  });
  afterEach(() => hub.dispose());

  it('are listed, mounted and taken out', async () => {
    const volume = { name: 'v', title: 'V', path: '/data/v', mounted: true, why: null };
    fake.answers[`GET ${path}`] = { status: 200, body: { volumes: [volume] } };
    fake.answers[`PUT ${path}/v`] = { status: 200, body: volume };
    fake.answers[`DELETE ${path}/v`] = { status: 204 };
    expect(await sessionVolumes(hub)).toEqual([volume]);
    expect(await mountVolume(hub, 'v')).toEqual(volume);
    await unmountVolume(hub, 'v');
    await unmountVolume(hub, 'v', { force: true });
    expect(fake.calls.filter(({ method }) => method === 'DELETE').map(({ body }) => body)).toEqual([{ force: false }, { force: true }]);
  });

  it('say who holds one', async () => {
    fake.answers[`DELETE ${path}/v`] = { status: 409, body: { code: 'volume-busy', detail: 'python3 (12) has files of it open.' } };
    await expect(unmountVolume(hub, 'v')).rejects.toMatchObject({ problem: { code: 'volume-busy', status: 409, detail: 'python3 (12) has files of it open.' } });
  });
});

it('knows what was chosen for a session', () => {
  expect(chosenVolumes(undefined)).toBeUndefined();
  expect(chosenVolumes({ user_options: { datalab: 'x' } })).toBeUndefined();
  expect(chosenVolumes({ user_options: { volumes: [] } })).toEqual([]);
  expect(chosenVolumes({ user_options: { volumes: ['v', 3] } })).toEqual(['v']);
});
