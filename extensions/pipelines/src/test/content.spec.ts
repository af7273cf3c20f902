import { CodeMirrorEditorFactory } from '@jupyterlab/codemirror';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import { TextModelFactory } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Widget } from '@lumino/widgets';
import type { PipelineModel } from '../model';
import { PipelineContent } from '../widget';

function made() {
  const factory = new CodeMirrorEditorFactory();
  const newDocumentEditor = jest.spyOn(factory, 'newDocumentEditor');
  const context = { model: new TextModelFactory().createNew() } as unknown as DocumentRegistry.CodeContext;
  const content = new PipelineContent({ context, editors: { factoryService: factory } as unknown as IEditorServices });
  const graph = new Widget();
  const setGraph = (): void => content.setGraph(graph, { dispose: () => undefined } as unknown as PipelineModel);
  return { content, graph, setGraph, newDocumentEditor };
}

describe('what a pipeline shows', () => {
  it('has no code until it is shown, and then one, after the graph', async () => {
    const { content, graph, setGraph, newDocumentEditor } = made();
    setGraph();
    expect(newDocumentEditor).not.toHaveBeenCalled();
    content.view = 'split';
    content.view = 'code';
    content.view = 'split';
    expect(newDocumentEditor).toHaveBeenCalledTimes(1);
    expect(content.widgets).toEqual([graph, content.code]);
    expect(await content.whenCode).toBe(content.code);
    content.view = 'graph';
    expect([graph.isHidden, content.code.isHidden]).toEqual([false, true]);
    content.dispose();
  });

  it('has the graph before the code that was there first', () => {
    const { content, graph, setGraph } = made();
    content.view = 'code';
    setGraph();
    expect(content.widgets).toEqual([graph, content.code]);
    expect([graph.isHidden, content.code.isHidden]).toEqual([true, false]);
    content.dispose();
  });

  it('tells those who wait for it that it is closed, and makes no code for that', () => {
    const { content, newDocumentEditor } = made();
    const closed = jest.fn();
    content.disposed.connect(closed);
    content.dispose();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(newDocumentEditor).not.toHaveBeenCalled();
  });
});
