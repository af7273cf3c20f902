// JupyterHub 5 as pip delivers it, with spawners that point to the stand-in server, and a proxy of its own process as its documentation recommends.
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { end, freePort, launch, until } from './measure.mjs';

export async function startJupyterHub({ repo, environment, node, directory, standInPort }) {
  await mkdir(directory, { recursive: true });
  const [port, hubPort, proxyPort] = [await freePort(), await freePort(), await freePort()];
  const [token, proxyToken] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const config = `
from jupyterhub.spawner import Spawner

class StandIn(Spawner):
    running = False
    def load_state(self, state):
        super().load_state(state)
        self.running = state.get("running", False)
    def get_state(self):
        return {**super().get_state(), "running": self.running}
    async def start(self):
        # What the default spawner prepares too: environment and token.
        self.get_env()
        self.running = True
        return "http://127.0.0.1:${standInPort}"
    async def poll(self):
        return None if self.running else 0
    async def stop(self, now=False):
        self.running = False

c.JupyterHub.bind_url = "http://127.0.0.1:${port}"
c.JupyterHub.hub_port = ${hubPort}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:${proxyPort}"
c.ConfigurableHTTPProxy.auth_token = "${proxyToken}"
c.ConfigurableHTTPProxy.should_start = False
c.JupyterHub.cleanup_servers = False
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = StandIn
c.JupyterHub.services = [{"name": "bench", "api_token": "${token}"}]
c.JupyterHub.load_roles = [{"name": "bench", "services": ["bench"], "scopes": ["admin:users", "admin:servers", "access:servers"]}]
`;
  await writeFile(join(directory, 'jupyterhub_config.py'), config);
  const proxy = launch(
    join(node, 'bin', 'node'),
    [
      join(repo, 'node_modules', 'configurable-http-proxy', 'bin', 'configurable-http-proxy'), '--ip', '127.0.0.1', '--port', String(port),
      '--api-ip', '127.0.0.1', '--api-port', String(proxyPort), '--default-target', `http://127.0.0.1:${hubPort}`, '--log-level', 'error'
    ],
    { cwd: directory, env: { ...process.env, CONFIGPROXY_AUTH_TOKEN: proxyToken } }
  );
  const origin = `http://127.0.0.1:${port}`;
  const start = () =>
    launch(join(environment, 'bin', 'jupyterhub'), ['-f', 'jupyterhub_config.py', '--log-level=WARN'], {
      cwd: directory,
      env: { ...process.env, PATH: `${join(environment, 'bin')}:${join(node, 'bin')}:${process.env.PATH}` }
    });
  let hub = start();
  const healthy = async () => (await fetch(`${origin}/hub/health`)).ok;
  try {
    await until('JupyterHub', healthy);
  } catch (error) {
    await Promise.all([end(hub), end(proxy)]);
    throw new Error(`${error.message}\n${hub.output.slice(-2000)}`);
  }
  return {
    origin,
    token,
    get pid() {
      return hub.child.pid;
    },
    routes: { url: `http://127.0.0.1:${proxyPort}/api/routes`, token: proxyToken },
    async kill() {
      hub.child.kill('SIGKILL');
      await hub.exited;
    },
    restart() {
      hub = start();
    },
    async close() {
      await end(hub);
      await end(proxy);
    }
  };
}
