import { adminPlugin } from './plugins/admin';

export default [adminPlugin];
