export { AMOUNT } from '@jupyter-datalabs/contract';

/** What the hub shows to those who look after it. */
export type {
  GroupModel,
  GroupQuota,
  HubOverview,
  ListedVolume,
  ListedVolumes,
  OwnedSession,
  Quota,
  Role,
  SelfModel,
  SessionPage,
  SessionSort,
  SessionState,
  Timeline,
  UserModel,
  UserQuota
} from '@jupyter-datalabs/contract';

/** Asks JupyterHub's lists for one page and how many there are; without it they answer with the bare list. */
export const PAGED = 'application/jupyterhub-pagination+json';
