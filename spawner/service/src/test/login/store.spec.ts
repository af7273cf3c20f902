import type { Store } from '../../ports/store.js';
import { memoryStore, openStore } from '../../store/index.js';

const identity = { issuer: 'https://id', subject: 's', user: 'vera', refreshToken: null, idToken: 'x', created: 1, checked: 1 };
const invitation = { hash: 'h', user: 'vera', role: 'author' as const, createdBy: 'ada', created: 1, expires: 10 };

describe.each([
  ['memory', async () => memoryStore()],
  ['sqlite', () => openStore({ file: ':memory:' })]
])('store contract, logins: %s', (_name, open: () => Promise<Store>) => {
  let store: Store;
  beforeEach(async () => {
    store = await open();
    await store.users.ensure({ name: 'vera', now: 1 });
    await store.users.ensure({ name: 'henry', now: 1 });
  });
  afterEach(() => store.close());

  it('binds one person to one user, and one of several at once gets it', async () => {
    const rivals = [identity, { ...identity, subject: 'other' }, { ...identity, user: 'henry' }];
    expect((await Promise.all(rivals.map(row => store.identities.insert(row)))).filter(Boolean)).toHaveLength(1);
    expect(await store.identities.find('https://id', 's')).toEqual(identity);
    expect(await store.identities.find('https://else', 's')).toBeNull();
    await store.identities.update('vera', { refreshToken: 'r', checked: 5 });
    await store.identities.update('vera', {});
    expect(await store.identities.ofUser('vera')).toEqual({ ...identity, refreshToken: 'r', checked: 5 });
    await store.identities.update('vera', { refreshToken: null });
    expect((await store.identities.ofUser('vera'))?.refreshToken).toBeNull();
  });

  it('replaces a password', async () => {
    await store.accounts.set({ user: 'vera', password: 'a', changed: 1 });
    await store.accounts.set({ user: 'vera', password: 'b', changed: 2 });
    expect(await store.accounts.list()).toEqual([{ user: 'vera', password: 'b', changed: 2 }]);
    expect(await store.accounts.get('henry')).toBeNull();
  });

  it('lets exactly one of several callers take an invitation, and keeps one for each user', async () => {
    await store.invitations.put({ ...invitation, hash: 'older' });
    await store.invitations.put(invitation);
    await store.invitations.put({ ...invitation, user: 'new', hash: 'n', expires: 5 });
    expect(await store.invitations.list()).toEqual([{ ...invitation, user: 'new', hash: 'n', expires: 5 }, invitation]);
    expect(await store.invitations.find('older')).toBeNull();
    expect(await store.invitations.removeExpired(5)).toBe(1);
    expect((await Promise.all([1, 2, 3].map(() => store.invitations.take('h')))).filter(Boolean)).toHaveLength(1);
    await store.invitations.put(invitation);
    await store.invitations.removeUser('vera');
    expect(await store.invitations.list()).toEqual([]);
  });

  it('goes with its user: a name given anew opens to nobody who had it before', async () => {
    await store.identities.insert(identity);
    await store.accounts.set({ user: 'vera', password: 'a', changed: 1 });
    await store.invitations.put(invitation);
    await store.users.rename('vera', 'cooper');
    expect([(await store.identities.find('https://id', 's'))?.user, (await store.accounts.get('cooper'))?.password]).toEqual(['cooper', 'a']);
    await store.users.remove('cooper');
    await store.users.ensure({ name: 'cooper', now: 2 });
    expect([await store.identities.find('https://id', 's'), await store.accounts.get('cooper'), await store.invitations.list()]).toEqual([null, null, []]);
  });
});
