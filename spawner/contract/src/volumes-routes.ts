import type { RouteDefinition } from './routes.js';
import * as s from './schemas.js';
import * as v from './volumes.js';

/** Archive volumes. */
export const volumesRoutes = {
  listVolumes: { method: 'get', path: '/volumes', summary: 'Archive volumes the user may see', tag: 'volumes', auth: 'user', responses: { 200: s.VolumeList } },
  getVolume: { method: 'get', path: '/volumes/{volume}', summary: 'One volume the user may see', tag: 'volumes', auth: 'user', responses: { 200: v.VolumeDetail } },
  listAllVolumes: { method: 'get', path: '/admin/volumes', summary: 'Volumes of all groups and whether they are there', tag: 'admin', auth: 'user', responses: { 200: v.ListedVolumes } },
  setVolume: {
    method: 'put', path: '/admin/volumes/{volume}', summary: 'The whole entry of a volume, new or in the place of the one before; sessions that run go on with what they have', tag: 'admin', auth: 'user',
    body: v.VolumeEntry, responses: { 200: v.ListedVolume }
  },
  deleteVolume: {
    method: 'delete', path: '/admin/volumes/{volume}', summary: 'No such volume any more, even if volumes.yaml declares it; its files stay', tag: 'admin', auth: 'user', responses: { 204: null }
  },
  restoreVolume: {
    method: 'post', path: '/admin/volumes/{volume}/restore', summary: 'Forgets what admins said of it: the entry in volumes.yaml counts again', tag: 'admin', auth: 'user', responses: { 200: v.ListedVolume }
  },
  probeVolume: { method: 'post', path: '/admin/volumes/{volume}/probe', summary: 'Looks at its storage now', tag: 'admin', auth: 'user', responses: { 200: v.ListedVolume } }
} as const satisfies Record<string, RouteDefinition>;
