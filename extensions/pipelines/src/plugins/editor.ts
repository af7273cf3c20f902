import { IHub } from '@jupyter-datalabs/hub-client';
import { ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage, WidgetTracker } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { PathExt } from '@jupyterlab/coreutils';
import { ABCWidgetFactory } from '@jupyterlab/docregistry';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableSet } from '@lumino/disposable';
import { readerOf, uriOf } from '../files';
import { pipelineIcon } from '../icons';
import { whenListed } from '../listed';
import { CommandIDs, FACTORY, FILE_TYPE } from '../tokens';
import { PipelineContent, PipelineWidget, VIEWS } from '../widget';
import type { View } from '../widget';

/** What a new pipeline says. */
const NEW = `cwlVersion: v1.2
class: Workflow
inputs: {}
outputs: {}
steps: {}
`;
const RANK = 3;

let made = new DisposableSet();

/** What can be done with a graph, once it is there. */
interface IActions {
  canUpgrade(): boolean;
  writePositions(): void;
  removePositions(): void;
  upgrade(): Promise<void>;
}
const filled = new WeakMap<PipelineContent, IActions>();

/** Where the graph is hidden nothing is known of where its nodes are. */
const isShown = ({ content }: PipelineWidget): boolean => content.view !== 'code' && content.model?.document.readOnly === null;

class PipelineFactory extends ABCWidgetFactory<PipelineWidget, DocumentRegistry.ICodeModel> {
  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<PipelineWidget>,
    private readonly _make: (context: DocumentRegistry.CodeContext) => PipelineWidget
  ) {
    super(options);
  }

  protected createNewWidget(context: DocumentRegistry.CodeContext): PipelineWidget {
    return this._make(context);
  }
}

export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/pipelines:editor',
  description: 'Opens CWL files as graph and code.',
  autoStart: true,
  requires: [IEditorServices],
  optional: [ILayoutRestorer, ILauncher, IDefaultFileBrowser, ICommandPalette, ITranslator, IHub],
  activate: (
    app: JupyterFrontEnd,
    editors: IEditorServices,
    restorer: ILayoutRestorer | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null,
    hub: IHub | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const { commands, docRegistry, serviceManager, shell } = app;
    const tracker = new WidgetTracker<PipelineWidget>({ namespace: 'datalabs-pipelines' });
    const own = (made = DisposableSet.from([tracker]));

    own.add(
      docRegistry.addFileType({
        name: FILE_TYPE,
        displayName: trans.__('CWL pipeline'),
        extensions: ['.cwl'],
        mimeTypes: ['text/x-yaml'],
        contentType: 'file',
        fileFormat: 'text',
        icon: pipelineIcon
      })
    );
    const read = readerOf(serviceManager.contents);
    const factory = new PipelineFactory(
      { name: FACTORY, label: trans.__('CWL pipeline'), fileTypes: [FILE_TYPE], defaultFor: [FILE_TYPE], modelName: 'text' },
      context => {
        const content = new PipelineContent({ context, editors });
        // While the text is still on its way.
        const parts = editorParts();
        void parts.then(([{ sharedElk }]) => {
          if (!content.isDisposed) {
            const { dispose } = sharedElk.use();
            content.disposed.connect(dispose);
          }
          // What fails is said where the graph is made.
        }, () => undefined);
        const shown = async (): Promise<void> => {
          try {
            await fill(content, context, parts, { app, browser, hub, read, trans, editors });
            await teach(content, context, app, trans);
          } catch (error) {
            // The text can be changed without the graph.
            if (!content.isDisposed) {
              content.view = 'code';
              void showErrorMessage(trans.__('%1 cannot be drawn', PathExt.basename(context.path)), error instanceof Error ? error : String(error));
            }
          }
        };
        void context.ready.then(shown);
        return new PipelineWidget({ content, context, trans });
      }
    );
    factory.widgetCreated.connect((_, widget) => {
      widget.title.icon = pipelineIcon;
      widget.context.pathChanged.connect((_context, path) => {
        void tracker.save(widget);
        widget.content.model?.moveTo(uriOf(path));
      });
      void tracker.add(widget);
    });
    own.add(docRegistry.addWidgetFactory(factory));

    const current = (): PipelineWidget | null => (tracker.currentWidget && tracker.currentWidget === shell.currentWidget ? tracker.currentWidget : null);
    const labels: Record<View, [string, string]> = {
      graph: [CommandIDs.showGraph, trans.__('Show Graph')],
      split: [CommandIDs.showSplit, trans.__('Show Graph and Code')],
      code: [CommandIDs.showCode, trans.__('Show Code')]
    };
    for (const view of VIEWS) {
      const [command, label] = labels[view];
      own.add(
        commands.addCommand(command, {
          label,
          describedBy: { args: { type: 'object', properties: {} } },
          isEnabled: () => current() !== null,
          isToggleable: true,
          isToggled: () => current()?.content.view === view,
          execute: () => {
            const widget = current();
            if (widget) {
              widget.content.view = view;
            }
          }
        })
      );
    }
    const actions: [command: string, label: string, action: 'writePositions' | 'removePositions' | 'upgrade', isEnabled: (widget: PipelineWidget) => boolean][] = [
      [CommandIDs.writePositions, trans.__('Write Positions into the Document'), 'writePositions', isShown],
      [CommandIDs.removePositions, trans.__('Remove Positions from the Document'), 'removePositions', isShown],
      [CommandIDs.upgrade, trans.__('Upgrade to CWL v1.2'), 'upgrade', ({ content }) => filled.get(content)?.canUpgrade() ?? false]
    ];
    for (const [command, label, action, isEnabled] of actions) {
      own.add(
        commands.addCommand(command, {
          label,
          describedBy: { args: { type: 'object', properties: {} } },
          isEnabled: () => {
            const widget = current();
            return widget !== null && isEnabled(widget);
          },
          execute: () => {
            const widget = current();
            return widget ? filled.get(widget.content)?.[action]() : undefined;
          }
        })
      );
    }
    own.add(
      commands.addCommand(CommandIDs.create, {
        label: args => (args['isPalette'] ? trans.__('New CWL Pipeline') : trans.__('CWL pipeline')),
        caption: trans.__('Make a pipeline in the Common Workflow Language'),
        icon: args => (args['isPalette'] ? undefined : pipelineIcon),
        describedBy: {
          args: {
            type: 'object',
            properties: { cwd: { type: 'string', description: 'Folder for the new file' }, isPalette: { type: 'boolean' } }
          }
        },
        execute: async args => {
          const folder = typeof args['cwd'] === 'string' ? args['cwd'] : (browser?.model.path ?? '');
          try {
            const { contents } = serviceManager;
            const { path } = await contents.newUntitled({ path: folder, type: 'file', ext: '.cwl' });
            await contents.save(path, { type: 'file', format: 'text', content: NEW });
            return await commands.execute('docmanager:open', { path, factory: FACTORY });
          } catch (error) {
            await showErrorMessage(trans.__('The pipeline could not be made'), error instanceof Error ? error : String(error));
          }
        }
      })
    );
    if (browser) {
      void app.restored.then(() => {
        if (!own.isDisposed) {
          own.add(whenListed(browser, '.cwl', () => void editorParts().then(([{ sharedElk }]) => sharedElk.prepare()).catch(() => undefined)));
        }
      });
    }
    launcher?.add({ command: CommandIDs.create, category: trans.__('Other'), rank: RANK });
    if (palette) {
      const category = trans.__('CWL pipelines');
      palette.addItem({ command: CommandIDs.create, category, args: { isPalette: true } });
      VIEWS.forEach(view => palette.addItem({ command: labels[view][0], category }));
      actions.forEach(([command]) => palette.addItem({ command, category }));
    }
    void restorer?.restore(tracker, {
      command: 'docmanager:open',
      args: ({ context }) => ({ path: context.path, factory: FACTORY }),
      name: ({ context }) => context.path
    });
  },
  deactivate: () => made.dispose()
};

/** Brings what draws graphs, which nobody needs before the first pipeline is open. */
const editorParts = () => Promise.all([import('../editor'), import('../host-of')]);

async function fill(
  content: PipelineContent,
  context: DocumentRegistry.CodeContext,
  parts: ReturnType<typeof editorParts>,
  options: { app: JupyterFrontEnd; browser: IDefaultFileBrowser | null; hub: IHub | null; read: (uri: string) => Promise<string>; trans: TranslationBundle; editors: IEditorServices }
): Promise<void> {
  const [{ actionsOf, graphOf }, { hostOf }] = await parts;
  if (!content.isDisposed) {
    const { read, trans, editors } = options;
    const { graph, model, drawn } = graphOf({ text: context.model.sharedModel, uri: uriOf(context.path), read, trans, editors, host: hostOf({ ...options, context }) });
    content.setGraph(graph, model);
    filled.set(content, actionsOf(graph));
    const { contents } = options.app.serviceManager;
    const onFile = (_: unknown, { oldValue, newValue }: Contents.IChangedArgs): void => {
      for (const path of new Set([oldValue?.path, newValue?.path])) {
        if (path !== undefined) {
          model.reread(uriOf(path));
        }
      }
    };
    contents.fileChanged.connect(onFile);
    content.disposed.connect(() => contents.fileChanged.disconnect(onFile));
    await drawn;
  }
}

/** Makes the code know what is CWL, once it and the graph are there. */
async function teach(content: PipelineContent, context: DocumentRegistry.CodeContext, { commands, serviceManager }: JupyterFrontEnd, trans: TranslationBundle): Promise<void> {
  const { attachCode, codeHostOf } = await import('../code');
  await content.whenCode;
  const { model } = content;
  if (!content.isDisposed && model) {
    const attached = attachCode(content.code.editor, { model, host: codeHostOf({ commands, contents: serviceManager.contents, context, trans }) });
    content.disposed.connect(() => attached.dispose());
  }
}
