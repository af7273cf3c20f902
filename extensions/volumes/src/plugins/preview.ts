import { VolumeFiles } from '@jupyter-datalabs/hub-client';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Clipboard, Dialog, ICommandPalette, Notification, showDialog, WidgetTracker } from '@jupyterlab/apputils';
import type { MainAreaWidget } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import { filesOf, isUndecodable, pathText } from '../paths';
import type { IPlace } from '../paths';
import { snippetFor } from '../preview/insert';
import { Notebooks } from '../preview/notebooks';
import type { INewCell } from '../preview/notebooks';
import { pathsLiteral } from '../preview/snippets';
import { previewTab } from '../preview/widget';
import type { Preview } from '../preview/widget';
import { CommandIDs, FILES_SELECTOR, IChosen, LabCommandIDs } from '../tokens';

const FILES = {
  type: 'object' as const,
  properties: {
    volume: { type: 'string' as const, description: 'The name of the volume; without it, what is chosen in its folder is meant' },
    path: { type: 'string' as const, description: 'Below the volume' },
    paths: { type: 'array' as const, items: { type: 'string' as const }, description: 'Instead of path: several' },
    hdu: { type: 'number' as const, description: 'Of a FITS file' }
  }
};

const NOTICE_MS = 2_000;
/** Previews opened at once. */
const MOST_OPENED = 10;

let made = new DisposableSet();

export const previewPlugin: JupyterFrontEndPlugin<void> = {
  id: '@jupyter-datalabs/volumes:preview',
  description: 'Shows files of archive volumes without a kernel, and brings their paths and code that reads them into notebooks.',
  autoStart: true,
  optional: [ILabShell, IChosen, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell | null,
    chosen: IChosen | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_datalabs');
    const files = new VolumeFiles(app.serviceManager.serverSettings);
    const tracker = new WidgetTracker<MainAreaWidget<Preview>>({ namespace: 'datalabs-previews' });
    const own = (made = new DisposableSet());
    const notebooks = notebooksOf(app, shell, trans, own);

    const copy = (text: string): void => {
      Clipboard.copyToSystem(text);
      Notification.success(trans.__('Copied'), { autoClose: NOTICE_MS });
    };
    const open = (file: IPlace, hdu: number | undefined): MainAreaWidget<Preview> => {
      const there = tracker.find(({ content }) => content.file.volume === file.volume && content.file.path === file.path);
      if (there) {
        if (hdu !== undefined) {
          there.content.hdu = hdu;
        }
        app.shell.activateById(there.id);
        return there;
      }
      const here = { volume: file.volume, path: file.path };
      const tab = previewTab({
        files,
        file,
        hdu,
        trans,
        commands: {
          copy,
          notify: sentence => void Notification.warning(sentence),
          insertSnippet: chosen => void commands.execute(CommandIDs.insertSnippet, { ...here, ...(chosen === undefined ? {} : { hdu: chosen }) }),
          insertPath: () => void commands.execute(CommandIDs.insertPath, here),
          copyPath: () => copy(pathText(file)),
          // Asked for at the moment of use: the plugin that mounts may come later.
          get mount() {
            return commands.hasCommand(CommandIDs.mount) ? () => commands.execute(CommandIDs.mount, { volume: file.volume }) : null;
          },
          showVolume: () => void commands.execute(CommandIDs.page, { volume: file.volume })
        }
      });
      app.shell.add(tab, 'main', { type: 'Preview of an archive file' });
      void tracker.add(tab);
      tab.content.hduChanged.connect(() => void tracker.save(tab));
      app.shell.activateById(tab.id);
      return tab;
    };

    const hduOf = ({ hdu }: ReadonlyPartialJSONObject): number | undefined => (typeof hdu === 'number' ? hdu : undefined);
    const several = (): boolean => (chosen?.known().length ?? 0) > 1;
    const isFile = (): boolean => chosen?.known()[0]?.type === 'file';
    const isAny = (): boolean => (chosen?.known().length ?? 0) > 0;
    /** About the files that are named, else those that are chosen. */
    const command = (
      id: string,
      label: string | (() => string),
      rank: number,
      isEnabled: () => boolean,
      execute: (files: readonly IPlace[], args: ReadonlyPartialJSONObject) => unknown
    ): void => {
      own.add(
        commands.addCommand(id, {
          label,
          describedBy: { args: FILES },
          isEnabled: args => filesOf(args).length > 0 || isEnabled(),
          execute: async args => {
            const named = filesOf(args);
            const meant = named.length > 0 ? named : ((await chosen?.files()) ?? []);
            // No more than that: it becomes part of what the server is asked.
            return meant.length > 0 && execute(meant.map(({ volume, path }) => ({ volume, path })), args);
          }
        })
      );
      if (chosen) {
        own.add(app.contextMenu.addItem({ command: id, selector: FILES_SELECTOR, rank }));
        const item = palette?.addItem({ command: id, category: trans.__('Archive volumes') });
        if (item) {
          own.add(item);
        }
      }
    };
    command(CommandIDs.preview, trans.__('Preview'), 1, isFile, (meant, args) => meant.slice(0, MOST_OPENED).map(file => open(file, hduOf(args))).at(-1));
    command(CommandIDs.copyPythonPath, () => (several() ? trans.__('Copy paths as Python') : trans.__('Copy path as Python')), 3.5, isAny, meant => {
      const literal = pathsLiteral(meant);
      Clipboard.copyToSystem(literal);
      const hint = meant.some(({ path }) => isUndecodable(path)) ? trans.__('It needs "import os".') : '';
      Notification.success([trans.__('Copied %1', meant.length === 1 ? literal : trans.__('%1 paths', meant.length)), hint].filter(Boolean).join('. '), {
        autoClose: NOTICE_MS
      });
    });
    command(CommandIDs.insertPath, () => (several() ? trans.__('Insert paths') : trans.__('Insert path')), 4, isAny, meant => notebooks.insertText(pathsLiteral(meant)));
    command(CommandIDs.insertSnippet, trans.__('Insert reading snippet'), 5, isFile, async (meant, args) => {
      const source = await snippetFor(files, meant, { hdu: hduOf(args) });
      return source !== '' && notebooks.insert({ type: 'code', source });
    });
    own.add(
      commands.addCommand(CommandIDs.insertCell, {
        label: trans.__('Insert cell into notebook'),
        describedBy: { args: { type: 'object', properties: { source: { type: 'string' }, type: { type: 'string', enum: ['code', 'markdown'] } } } },
        execute: args => notebooks.insert({ type: args.type === 'markdown' ? 'markdown' : 'code', source: String(args.source ?? '') } as INewCell)
      })
    );

    void restorer?.restore(tracker, {
      command: CommandIDs.preview,
      args: ({ content }) => ({ ...content.file, ...(content.hdu === undefined ? {} : { hdu: content.hdu }) }),
      // Names that no text encoding has are in paths, and this one becomes part of a key.
      name: ({ content }) => JSON.stringify([content.file.volume, content.file.path])
    });
    own.add(tracker);
  },
  deactivate: () => made.dispose()
};

/** The notebooks of JupyterLab's main area, the one that was used last first. */
function notebooksOf(app: JupyterFrontEnd, shell: ILabShell | null, trans: TranslationBundle, own: DisposableSet): Notebooks {
  const notebooks = new Notebooks({
    widgets: () => app.shell.widgets('main'),
    activate: widget => app.shell.activateById(widget.id),
    create: async () => {
      const canMake = app.commands.hasCommand(LabCommandIDs.newNotebook);
      const { button } = await showDialog({
        title: trans.__('No notebook is open'),
        body: canMake ? trans.__('Open a notebook and insert again, or begin a new one.') : trans.__('Open a notebook and insert again.'),
        buttons: canMake ? [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('New notebook') })] : [Dialog.okButton()]
      });
      return canMake && button.accept ? ((await app.commands.execute(LabCommandIDs.newNotebook, { kernelName: app.serviceManager.kernelspecs.specs?.default })) as Widget) : null;
    }
  });
  const onCurrent = (): void => notebooks.use(shell?.currentWidget ?? null);
  shell?.currentChanged.connect(onCurrent);
  onCurrent();
  own.add(new DisposableDelegate(() => void shell?.currentChanged.disconnect(onCurrent)));
  return notebooks;
}
