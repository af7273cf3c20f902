import { cataloguePlugin } from './plugins/catalogue';
import { hubPlugin } from './plugins/hub';
import { launcherPlugin } from './plugins/launcher';
import { runningPlugin } from './plugins/running';

export * from './tokens';

export default [hubPlugin, cataloguePlugin, launcherPlugin, runningPlugin];
