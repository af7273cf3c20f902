import type { RouteDefinition } from './routes.js';
import { SessionVolume, SessionVolumes, UnmountRequest } from './session-volumes.js';

const list = { method: 'get', tag: 'volumes', auth: 'user', summary: 'Volumes that are mounted in the session, and those that its owner may see besides, with why they are not', responses: { 200: SessionVolumes } } as const;
const mount = { method: 'put', tag: 'volumes', auth: 'user', summary: 'Mounts a volume into the session that runs; does nothing when it is there', responses: { 200: SessionVolume } } as const;
const unmount = {
  method: 'delete', tag: 'volumes', auth: 'user', summary: 'Takes a volume out of the session that runs; 409 volume-busy names the processes that have files of it open', body: UnmountRequest.optional(),
  responses: { 204: null }
} as const;

/** Volumes of sessions that run. */
export const sessionVolumesRoutes = {
  listHomeVolumes: { ...list, path: '/users/{name}/server/volumes' },
  mountHomeVolume: { ...mount, path: '/users/{name}/server/volumes/{volume}' },
  unmountHomeVolume: { ...unmount, path: '/users/{name}/server/volumes/{volume}' },
  listSessionVolumes: { ...list, path: '/users/{name}/servers/{server}/volumes' },
  mountSessionVolume: { ...mount, path: '/users/{name}/servers/{server}/volumes/{volume}' },
  unmountSessionVolume: { ...unmount, path: '/users/{name}/servers/{server}/volumes/{volume}' }
} as const satisfies Record<string, RouteDefinition>;
