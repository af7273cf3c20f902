import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';

/** Of JupyterLab: what makes the file for every command that does, as those of File > New. */
const NEW_UNTITLED = 'docmanager:new-untitled';

/**
 * Has new files made where there is room for them. JupyterLab's commands take the folder the file browser shows, and end in an
 * error where that is an archive; they offer no other way to name one, hence this stands between.
 */
export function placeNewFiles(options: {
  commands: CommandRegistry;
  placeFor: (path: string) => Promise<string>;
  /** Told of every file that went elsewhere. */
  onMoved: (file: string, meant: string) => void;
}): IDisposable {
  const { commands, placeFor, onMoved } = options;
  const execute = commands.execute.bind(commands);
  const place = async (args: ReadonlyPartialJSONObject): Promise<unknown> => {
    const meant = typeof args.path === 'string' ? args.path : '';
    const path = await placeFor(meant);
    const made: unknown = await execute(NEW_UNTITLED, { ...args, path });
    const file = (made as { path?: unknown } | undefined)?.path;
    if (path !== meant && typeof file === 'string') {
      onMoved(file, meant);
    }
    return made;
  };
  const own = (commands.execute = (id: string, args: ReadonlyPartialJSONObject = {}) =>
    id === NEW_UNTITLED ? place(args) : execute(id, args));
  return new DisposableDelegate(() => {
    if (commands.execute === own) {
      commands.execute = execute;
    }
  });
}
