import { cataloguePlugin } from './plugins/catalogue';
import { hubPlugin } from './plugins/hub';
import { keptOutputPlugin } from './plugins/kept-output';
import { launcherPlugin } from './plugins/launcher';
import { runningPlugin } from './plugins/running';
import { windowsPlugin } from './plugins/windows';

export * from './tokens';

export default [hubPlugin, cataloguePlugin, keptOutputPlugin, launcherPlugin, runningPlugin, windowsPlugin];
