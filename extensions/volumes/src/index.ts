import { launcherFolderPlugin } from './plugins/launcher-folder';
import { volumesPlugin } from './plugins/volumes';

export default [volumesPlugin, launcherFolderPlugin];
