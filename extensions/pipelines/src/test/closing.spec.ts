import { CodeMirrorEditorFactory } from '@jupyterlab/codemirror';
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import { PipelineContent } from '../widget';

it('tells those who wait for it that a pipeline is closed', () => {
  const factoryService = new CodeMirrorEditorFactory();
  const context = { model: new TextModelFactory().createNew() } as unknown as DocumentRegistry.CodeContext;
  const content = new PipelineContent({ context, editors: { factoryService } as unknown as IEditorServices });
  const closed = jest.fn();
  content.disposed.connect(closed);
  content.dispose();
  expect(closed).toHaveBeenCalledTimes(1);
});
