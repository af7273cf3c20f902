import { cataloguePlugin } from './plugins/catalogue';
import { deadlinePlugin } from './plugins/deadline';
import { endedPlugin } from './plugins/ended';
import { homePlugin } from './plugins/home';
import { hubPlugin } from './plugins/hub';
import { keptOutputPlugin } from './plugins/kept-output';
import { launcherPlugin } from './plugins/launcher';
import { runningPlugin } from './plugins/running';
import { startWithPlugin } from './plugins/start-with';
import { stopNoticePlugin } from './plugins/stop-notice';
import { windowsPlugin } from './plugins/windows';

export * from './tokens';

export default [hubPlugin, homePlugin, cataloguePlugin, deadlinePlugin, endedPlugin, keptOutputPlugin, launcherPlugin, runningPlugin, startWithPlugin, stopNoticePlugin, windowsPlugin];
