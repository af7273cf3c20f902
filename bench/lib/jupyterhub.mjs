// JupyterHub 5 as it comes, but for what it needs to run without system users: the contestant.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersApi, end, freePort, launch, until } from './measure.mjs';

/** `environment` is the virtual environment of JupyterHub and of the servers that it starts. */
export async function startJupyterHub({ repo, environment, node, directory }) {
  await mkdir(directory, { recursive: true });
  const [port, hubPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const token = randomBytes(32).toString('hex');
  const proxy = [join(node, 'bin', 'node'), join(repo, 'node_modules', 'configurable-http-proxy', 'bin', 'configurable-http-proxy')];
  const config = [
    `c.JupyterHub.bind_url = "http://127.0.0.1:${port}"`,
    `c.JupyterHub.hub_port = ${hubPort}`,
    `c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${proxyPort}"`,
    `c.ConfigurableHTTPProxy.command = ${JSON.stringify(proxy)}`,
    'c.JupyterHub.authenticator_class = "dummy"',
    'c.Authenticator.allow_all = True',
    'c.JupyterHub.spawner_class = "simple"',
    `c.SimpleLocalProcessSpawner.home_dir_template = ${JSON.stringify(join(directory, 'home', '{username}'))}`,
    `c.Spawner.cmd = [${JSON.stringify(join(environment, 'bin', 'jupyterhub-singleuser'))}]`,
    process.getuid() === 0 ? 'c.Spawner.args = ["--allow-root"]' : '',
    `c.JupyterHub.services = [{"name": "bench", "api_token": "${token}"}]`,
    'c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers"]}]'
  ];
  await writeFile(join(directory, 'jupyterhub_config.py'), config.join('\n') + '\n');
  const process_ = launch(join(environment, 'bin', 'jupyterhub'), ['-f', 'jupyterhub_config.py'], {
    cwd: directory,
    env: { ...process.env, PATH: `${join(environment, 'bin')}:${join(node, 'bin')}:${process.env.PATH}` }
  });
  const origin = `http://127.0.0.1:${port}`;
  const api = async (method, path, expected) => {
    const response = await fetch(`${origin}/hub/api${path}`, { method, headers: { Authorization: `token ${token}` } });
    if (!expected.includes(response.status)) {
      throw new Error(`JupyterHub: ${method} ${path} → ${response.status} ${await response.text()}`);
    }
    await response.body?.cancel();
    return response.status;
  };
  try {
    await until('JupyterHub', async () => (await fetch(`${origin}/hub/health`)).ok);
    await api('POST', '/users/bench', [201, 409]);
  } catch (error) {
    await end(process_);
    throw new Error(`${error.message}\n${process_.output.slice(-2000)}`);
  }
  return {
    async clickToReady() {
      const since = performance.now();
      const request = api('POST', '/users/bench/server', [201, 202]);
      // The click's request and the probe run side by side: the page that waits does not wait for the POST either.
      const [{ ms }] = await Promise.all([until('JupyterHub session', () => answersApi(`${origin}/user/bench/`), { since }), request]);
      if ((await api('DELETE', '/users/bench/server', [202, 204])) === 202) {
        await until('JupyterHub stop', async () => !(await answersApi(`${origin}/user/bench/`).catch(() => false)));
      }
      return ms;
    },
    close: () => end(process_)
  };
}
