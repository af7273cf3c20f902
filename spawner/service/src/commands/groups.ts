import type { GroupModel } from '@jupyter-datalabs/contract';

import { DomainError } from '../domain/errors.js';
import { allGroups, type HubApi } from './client.js';
import type { Outcome } from './people.js';
import { table } from './table.js';

/** Groups and who is in them; `add <group> <user>…` makes the group where there is none, `remove <group> [<user>…]` puts users out, or takes the group away. */
export async function groups(hub: HubApi, [what, name, ...users]: string[]): Promise<Outcome> {
  if (name === undefined) {
    const found = await allGroups(hub);
    const rows = found.map(group => [group.name, (group.users ?? []).join(',') || '-']);
    return { lines: found.length === 0 ? ['There are no groups yet.'] : table(['GROUP', 'MEMBERS'], rows), json: found, code: 0 };
  }
  const path = `/api/groups/${encodeURIComponent(name)}`;
  if (what === 'add') {
    if (!(await isGroup(hub, name))) {
      await hub.post(path, {});
    }
    const { body } = users.length > 0 ? await hub.post<GroupModel>(`${path}/users`, { users }) : await hub.get<GroupModel>(path);
    return shown(body);
  }
  if (users.length === 0) {
    await hub.delete(path);
    return { lines: [`The group ${name} is gone. Volumes and quotas that were for it let nobody in any more.`], json: null, code: 0 };
  }
  await hub.delete(`${path}/users`, { users });
  return shown((await hub.get<GroupModel>(path)).body);
}

async function isGroup(hub: HubApi, name: string): Promise<boolean> {
  try {
    await hub.get(`/api/groups/${encodeURIComponent(name)}`);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not-found') {
      return false;
    }
    throw error;
  }
}

function shown(group: GroupModel): Outcome {
  const members = group.users ?? [];
  return { lines: [members.length === 0 ? `Nobody is in ${group.name}.` : `In ${group.name}: ${members.join(', ')}`], json: group, code: 0 };
}
