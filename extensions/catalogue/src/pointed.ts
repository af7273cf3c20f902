import type { DatalabSummary, IHub } from '@jupyter-datalabs/hub-client';
import { DisposableDelegate } from '@lumino/disposable';
import type { IDisposable } from '@lumino/disposable';
import { captionOf } from './messages';
import type { ICatalogue } from './tokens';

/** How long the pointer must rest on a card to mean it, and how long one hint is good for, in milliseconds. */
const REST_MS = 120;
const AGAIN_MS = 60_000;

/** The datalab that a launcher card opens. */
export function datalabOfCard(card: HTMLElement, catalogue: ICatalogue, category: string): DatalabSummary | undefined {
  // What it says when pointed at: what is written on it may be cut.
  return card.dataset.category === category ? catalogue.datalabs.find(datalab => card.title === captionOf(datalab)) : undefined;
}

/** Tells the hub which datalab's card has the pointer or the keyboard, so that it can be ready by the click. A hint: nothing depends on it. */
export function tellPointed(options: {
  catalogue: ICatalogue;
  hub: IHub;
  category: string;
  root?: Document;
  now?: () => number;
}): IDisposable {
  const { catalogue, hub, category, root = document, now = Date.now } = options;
  const told = new Map<string, number>();
  let timer = 0;
  let pending = '';

  const onPointed = (event: Event): void => {
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>('.jp-LauncherCard') : null;
    const id = (card && datalabOfCard(card, catalogue, category)?.id) ?? '';
    if (id === pending) {
      return;
    }
    window.clearTimeout(timer);
    pending = id;
    if (id !== '') {
      timer = window.setTimeout(() => tell(id), REST_MS);
    }
  };

  const tell = (id: string): void => {
    const runs = hub.sessions.values().some(session => session.datalab === id);
    if (!hub.available || runs || now() - (told.get(id) ?? -Infinity) < AGAIN_MS) {
      return;
    }
    told.set(id, now());
    hub.client.warmDatalab({ name: hub.user, body: { datalab: id } }).catch(() => undefined);
  };

  root.addEventListener('pointerover', onPointed);
  root.addEventListener('focusin', onPointed);
  return new DisposableDelegate(() => {
    window.clearTimeout(timer);
    root.removeEventListener('pointerover', onPointed);
    root.removeEventListener('focusin', onPointed);
  });
}
