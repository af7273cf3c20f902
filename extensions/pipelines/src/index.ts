import { codePlugin } from './plugins/code';
import { editorPlugin } from './plugins/editor';

export default [editorPlugin, codePlugin];
