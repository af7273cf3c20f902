// JupyterHub with spawners that point to the stand-in server.
import { startJupyterHub } from './jupyterhub.mjs';

const standIn = port => `
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
        return "http://127.0.0.1:${port}"
    async def poll(self):
        return None if self.running else 0
    async def stop(self, now=False):
        self.running = False

c.JupyterHub.spawner_class = StandIn
`;

export function startScaleJupyterHub({ standInPort, ...options }) {
  return startJupyterHub({ ...options, ownProxy: true, spawner: [standIn(standInPort)] });
}
