import { codePlugin } from './plugins/code';
import { editorPlugin } from './plugins/editor';
import { outlinePlugin } from './plugins/outline';

export default [editorPlugin, codePlugin, outlinePlugin];
