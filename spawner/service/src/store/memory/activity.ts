import type { ActivityNotes, SessionStore, UserStore } from '../../ports/store.js';

export function memoryActivity(store: () => { users: UserStore; sessions: SessionStore }): ActivityNotes {
  return {
    async write({ users, sessions }) {
      for (const { name, at } of users) {
        await store().users.touch(name, at);
      }
      for (const { owner, name, at } of sessions) {
        await store().sessions.touch(owner, name, at);
      }
    }
  };
}
