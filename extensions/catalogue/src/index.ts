import { cataloguePlugin } from './plugins/catalogue';
import { hubPlugin } from './plugins/hub';
import { launcherPlugin } from './plugins/launcher';
import { runningPlugin } from './plugins/running';
import { windowsPlugin } from './plugins/windows';

export * from './tokens';

export default [hubPlugin, cataloguePlugin, launcherPlugin, runningPlugin, windowsPlugin];
