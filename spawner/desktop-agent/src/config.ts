import { z } from 'zod';

const jsonList = z.string().transform((text, context) => {
  try {
    return z.array(z.string().min(1)).parse(JSON.parse(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be a JSON list of strings' });
    return z.NEVER;
  }
});

/** Milliseconds. */
const MOST_ACTIVITY_INTERVAL = 60_000;

const environment = z.object({
  DATALABS_SOCKET: z.string().min(1),
  DATALABS_APP: jsonList.refine(argv => argv.length > 0, 'must name a program'),
  DATALABS_TITLE: z.string().default('Desktop'),
  DATALABS_GEOMETRY: z.string().regex(/^\d{2,5}x\d{2,5}$/).default('1024x768'),
  JUPYTERHUB_SERVICE_PREFIX: z.string().regex(/^\/(.*\/)?$/, 'must begin and end with a slash'),
  JUPYTERHUB_API_URL: z.url(),
  JUPYTERHUB_API_TOKEN: z.string().min(1),
  JUPYTERHUB_CLIENT_ID: z.string().min(1),
  JUPYTERHUB_OAUTH_ACCESS_SCOPES: jsonList,
  JUPYTERHUB_OAUTH_CALLBACK_URL: z.string().optional(),
  JUPYTERHUB_ACTIVITY_URL: z.url().optional(),
  JUPYTERHUB_ACTIVITY_INTERVAL: z.coerce.number().positive().default(300),
  JUPYTERHUB_SERVER_NAME: z.string().default(''),
  JUPYTERHUB_HOST: z.string().default(''),
  JUPYTERHUB_BASE_URL: z.string().default('/'),
  JUPYTERHUB_PUBLIC_URL: z.string().optional(),
  TMPDIR: z.string().default('/tmp')
});

/** What the hub and the container tell the agent. */
export interface IAgentConfig {
  readonly socket: string;
  readonly argv: readonly string[];
  readonly title: string;
  readonly geometry: string;
  readonly prefix: string;
  readonly apiUrl: string;
  readonly apiToken: string;
  readonly clientId: string;
  readonly accessScopes: readonly string[];
  readonly callbackUrl: string;
  readonly authorizeUrl: string;
  readonly activityUrl: string | null;
  /** Least time between two reports, milliseconds. */
  readonly activityInterval: number;
  readonly serverName: string;
  readonly publicHost: string | null;
  readonly tmp: string;
  /** The application's environment: ours without what is secret or ours alone. */
  readonly appEnvironment: Readonly<Record<string, string>>;
}

/** What the screen and the application need to know: nothing of the session they are for. */
export type IDesktopConfig = Pick<IAgentConfig, 'argv' | 'title' | 'geometry' | 'tmp' | 'appEnvironment'>;

const desktopEnvironment = environment.pick({ DATALABS_APP: true, DATALABS_TITLE: true, DATALABS_GEOMETRY: true, TMPDIR: true });

/**
 * Read what can be known before there is a session.
 *
 * @throws ZodError naming every wrong or missing variable at once.
 */
export function readDesktopConfig(env: NodeJS.ProcessEnv): IDesktopConfig {
  const e = desktopEnvironment.parse(env);
  const appEnvironment: Record<string, string> = {};
  for (const [key, value] of Object.entries(env)) {
    if (value !== undefined && !key.startsWith('JUPYTERHUB_') && !key.startsWith('DATALABS_')) {
      appEnvironment[key] = value;
    }
  }
  return { argv: e.DATALABS_APP, title: e.DATALABS_TITLE, geometry: e.DATALABS_GEOMETRY, tmp: e.TMPDIR, appEnvironment };
}

/**
 * Read the environment.
 *
 * @throws ZodError naming every wrong or missing variable at once.
 */
export function readConfig(env: NodeJS.ProcessEnv): IAgentConfig {
  const e = environment.parse(env);
  return {
    ...readDesktopConfig(env),
    socket: e.DATALABS_SOCKET,
    prefix: e.JUPYTERHUB_SERVICE_PREFIX,
    apiUrl: e.JUPYTERHUB_API_URL.replace(/\/$/, ''),
    apiToken: e.JUPYTERHUB_API_TOKEN,
    clientId: e.JUPYTERHUB_CLIENT_ID,
    accessScopes: e.JUPYTERHUB_OAUTH_ACCESS_SCOPES,
    callbackUrl:
      e.JUPYTERHUB_OAUTH_CALLBACK_URL ?? `${e.JUPYTERHUB_SERVICE_PREFIX}oauth_callback`,
    authorizeUrl: `${e.JUPYTERHUB_HOST}${e.JUPYTERHUB_BASE_URL}hub/api/oauth2/authorize`,
    activityUrl: e.JUPYTERHUB_ACTIVITY_URL ?? null,
    activityInterval: Math.min(MOST_ACTIVITY_INTERVAL, e.JUPYTERHUB_ACTIVITY_INTERVAL * 1000),
    serverName: e.JUPYTERHUB_SERVER_NAME,
    publicHost: e.JUPYTERHUB_PUBLIC_URL ? new URL(e.JUPYTERHUB_PUBLIC_URL, 'http://localhost').host : null
  };
}
