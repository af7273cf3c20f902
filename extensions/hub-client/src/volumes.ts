import type { HubClient, ServerModel, SessionVolume } from '@jupyter-datalabs/contract';

/** What may be said of a volume, and what a session may be called. */
export { SESSION_NAME, VolumeEntry } from '@jupyter-datalabs/contract';
export type { SessionVolume, SessionVolumeWhy } from '@jupyter-datalabs/contract';

/** Whose session it is: an IHub will do, for the session that this page is in. */
export interface ISessionOfPage {
  readonly client: HubClient;
  readonly user: string;
  /** '' is the home. */
  readonly sessionName: string;
}

/**
 * The volumes that are mounted in this session, and those its user may see besides, with why they are not. The model of the session in `hub.sessions`
 * has a new `volumes_changed` after each change, whoever made it: ask again then.
 */
export async function sessionVolumes({ client, user, sessionName }: ISessionOfPage): Promise<SessionVolume[]> {
  const { volumes } = await (sessionName === '' ? client.listHomeVolumes({ name: user }) : client.listSessionVolumes({ name: user, server: sessionName }));
  return volumes;
}

/** Bring a volume into this session; it is there once this resolves. Rejects with a ProblemError such as `volume-unreachable` or `unknown-volume`. */
export function mountVolume({ client, user, sessionName }: ISessionOfPage, volume: string): Promise<SessionVolume> {
  return sessionName === ''
    ? client.mountHomeVolume({ name: user, volume })
    : client.mountSessionVolume({ name: user, server: sessionName, volume });
}

/**
 * Take a volume out of this session. Rejects with the ProblemError `volume-busy`, which names the processes, while any has a file of it open; with
 * `force` those keep what they have open, and the folders they are in.
 */
export async function unmountVolume({ client, user, sessionName }: ISessionOfPage, volume: string, options: { force?: boolean } = {}): Promise<void> {
  const body = { force: options.force ?? false };
  await (sessionName === ''
    ? client.unmountHomeVolume({ name: user, volume, body })
    : client.unmountSessionVolume({ name: user, server: sessionName, volume, body }));
}

/** The volumes that were chosen for a session when it was started; undefined: all its user may see. To start it again with the same. */
export function chosenVolumes(model: Pick<ServerModel, 'user_options'> | undefined): string[] | undefined {
  const chosen = model?.user_options.volumes;
  return Array.isArray(chosen) ? chosen.filter((name): name is string => typeof name === 'string') : undefined;
}
