import { actionsPlugin } from './plugins/actions';
import { launcherFolderPlugin } from './plugins/launcher-folder';
import { pagePlugin } from './plugins/page';
import { previewPlugin } from './plugins/preview';
import { resolvePlugin } from './plugins/resolve';
import { volumesPlugin } from './plugins/volumes';

export default [actionsPlugin, volumesPlugin, launcherFolderPlugin, previewPlugin, pagePlugin, resolvePlugin];
