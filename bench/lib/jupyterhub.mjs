// JupyterHub 5 as it comes, but for what it needs to run without system users: the contestant.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersApi, end, freePort, launch, program, until } from './measure.mjs';

const SCOPES = '["admin:users", "admin:servers", "access:servers"]';

/** The default spawner, with servers of `environment`. */
function localProcesses({ environment, directory }) {
  return [
    'c.JupyterHub.spawner_class = "simple"',
    `c.SimpleLocalProcessSpawner.home_dir_template = ${JSON.stringify(join(directory, 'home', '{username}'))}`,
    `c.Spawner.cmd = [${JSON.stringify(join(environment, 'bin', 'jupyterhub-singleuser'))}]`,
    process.getuid() === 0 ? 'c.Spawner.args = ["--allow-root"]' : ''
  ];
}

/**
 * `environment` is the virtual environment of JupyterHub and of the servers that it starts. With a proxy of its own process, as its
 * documentation recommends where a hub is to be restarted, the hub can be killed and started again, and logs as little as the other does there.
 */
export async function startJupyterHub({ repo, environment, node, directory, spawner = localProcesses({ environment, directory }), ownProxy = false }) {
  await mkdir(directory, { recursive: true });
  const [port, hubPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const [token, proxyToken] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const command = [join(node, 'bin', 'node'), join(repo, 'node_modules', 'configurable-http-proxy', 'bin', 'configurable-http-proxy')];
  const config = [
    `c.JupyterHub.bind_url = "http://127.0.0.1:${port}"`,
    `c.JupyterHub.hub_port = ${hubPort}`,
    `c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${proxyPort}"`,
    ...(ownProxy
      ? [`c.ConfigurableHTTPProxy.auth_token = "${proxyToken}"`, 'c.ConfigurableHTTPProxy.should_start = False', 'c.JupyterHub.cleanup_servers = False']
      : [`c.ConfigurableHTTPProxy.command = ${JSON.stringify(command)}`]),
    'c.JupyterHub.authenticator_class = "dummy"',
    'c.Authenticator.allow_all = True',
    ...spawner,
    `c.JupyterHub.services = [{"name": "bench", "api_token": "${token}"}]`,
    `c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": ${SCOPES}}]`
  ];
  await writeFile(join(directory, 'jupyterhub_config.py'), config.join('\n') + '\n');
  const origin = `http://127.0.0.1:${port}`;
  const proxy = ownProxy
    ? launch(
        command[0],
        [command[1], '--ip', '127.0.0.1', '--port', port, '--api-ip', '127.0.0.1', '--api-port', proxyPort, '--default-target', `http://127.0.0.1:${hubPort}`, '--log-level', 'error'].map(String),
        { cwd: directory, env: { ...process.env, CONFIGPROXY_AUTH_TOKEN: proxyToken } }
      )
    : null;
  const hub = program(() =>
    launch(join(environment, 'bin', 'jupyterhub'), ['-f', 'jupyterhub_config.py', ...(ownProxy ? ['--log-level=WARN'] : [])], {
      cwd: directory,
      env: { ...process.env, PATH: `${join(environment, 'bin')}:${join(node, 'bin')}:${process.env.PATH}` }
    })
  );
  const close = async () => {
    await hub.close();
    if (proxy) await end(proxy);
  };
  const api = async (method, path, expected) => {
    const response = await fetch(`${origin}/hub/api${path}`, { method, headers: { Authorization: `token ${token}` } });
    if (!expected.includes(response.status)) {
      throw new Error(`JupyterHub: ${method} ${path} → ${response.status} ${await response.text()}`);
    }
    await response.body?.cancel();
    return response.status;
  };
  try {
    await hub.healthy('JupyterHub', origin);
    await api('POST', '/users/bench', [201, 409]);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    hub,
    origin,
    token,
    close,
    proxy: { pid: proxy?.child.pid, url: `http://127.0.0.1:${proxyPort}`, token: proxyToken },
    async clickToReady() {
      const since = performance.now();
      const request = api('POST', '/users/bench/server', [201, 202]);
      // The click's request and the probe run side by side: the page that waits does not wait for the POST either.
      const [{ ms }] = await Promise.all([until('JupyterHub session', () => answersApi(`${origin}/user/bench/`), { since }), request]);
      if ((await api('DELETE', '/users/bench/server', [202, 204])) === 202) {
        await until('JupyterHub stop', async () => !(await answersApi(`${origin}/user/bench/`).catch(() => false)));
      }
      return ms;
    }
  };
}
