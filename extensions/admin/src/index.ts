import { adminPlugin } from './plugins/admin';
import { stopNoticePlugin } from './plugins/stop-notice';

export default [adminPlugin, stopNoticePlugin];
