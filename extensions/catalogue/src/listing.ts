import type { IHub } from '@jupyter-datalabs/hub-client';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import { DisposableDelegate, DisposableSet } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { CommandIDs } from './tokens';
import type { ICatalogue } from './tokens';

/** Before JupyterLab's "Other", after its notebooks and consoles. */
const CATEGORY_RANK = 30;

/** Keeps launcher cards and palette entries in step with the catalogue and the sessions, until it is disposed. */
export function listEverywhere(options: {
  catalogue: ICatalogue;
  hub: IHub;
  launcher: ILauncher | null;
  palette: ICommandPalette | null;
  category: string;
}): IDisposable {
  const { catalogue, hub, launcher, palette, category } = options;
  const cards = new Shown(() => catalogue.datalabs.map(d => `${d.id} ${d.version} ${d.title}`));
  const stops = new Shown(() => stoppable().map(name => `${name} ${hub.sessions.get(name)?.title}`));
  const stoppable = (): string[] =>
    hub.sessions.values().flatMap(s => (s.name !== hub.sessionName && (s.ready || s.pending === 'spawn') ? [s.name] : []));

  // Where the cards would be: why there are none, or why they may be out of date.
  const problems = new Shown(() => {
    const { problem, state } = hub.sessions;
    return problem && (state === 'refused' || catalogue.datalabs.length === 0) ? [`${state} ${problem.code}`] : [];
  });

  const update = (): void => {
    problems.update((items, keys) => {
      if (launcher && keys.length > 0) {
        items.add(
          launcher.add({
            command: CommandIDs.showProblem,
            args: { isLauncher: true },
            category,
            categoryRank: CATEGORY_RANK,
            rank: -1
          })
        );
      }
    });
    cards.update(items =>
      catalogue.datalabs.forEach((datalab, rank) => {
        const args = { datalab: datalab.id };
        if (launcher) {
          items.add(
            launcher.add({
              command: CommandIDs.open,
              args: { ...args, isLauncher: true },
              category,
              categoryRank: CATEGORY_RANK,
              rank
            })
          );
        }
        if (palette) {
          items.add(palette.addItem({ command: CommandIDs.open, args: { ...args, isPalette: true }, category }));
        }
      })
    );
    stops.update(items => {
      for (const session of palette ? stoppable() : []) {
        items.add(palette!.addItem({ command: CommandIDs.stop, args: { session, isPalette: true }, category }));
      }
    });
  };
  catalogue.changed.connect(update);
  // What runs changes more often than what there is; `Shown` leaves alone what has not changed.
  hub.sessions.changed.connect(update);
  update();
  return new DisposableDelegate(() => {
    catalogue.changed.disconnect(update);
    hub.sessions.changed.disconnect(update);
    [problems, cards, stops].forEach(shown => shown.dispose());
  });
}

/** Items made from a list, made anew only when the list is another one: cards must not lose their focus for nothing. */
class Shown implements IDisposable {
  constructor(private readonly _keys: () => string[]) {}

  get isDisposed(): boolean {
    return this._items.isDisposed;
  }

  dispose(): void {
    this._items.dispose();
  }

  update(make: (items: { add(item: IDisposable): void }, keys: string[]) => void): void {
    const keys = this._keys();
    const key = JSON.stringify(keys);
    if (key === this._key) {
      return;
    }
    this._key = key;
    this._items.dispose();
    this._items = new DisposableSet();
    make(this._items, keys);
  }

  private _items = new DisposableSet();
  private _key = '[]';
}
