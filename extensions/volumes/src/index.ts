import { volumesPlugin } from './plugins/volumes';

export default [volumesPlugin];
