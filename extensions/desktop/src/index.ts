import { panelsPlugin } from './plugins/panels';

export * from './tokens';

export default [panelsPlugin];
