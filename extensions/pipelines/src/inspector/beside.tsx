import type { TranslationBundle } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';
import type { PipelineModel } from '../model';
import { useAfter } from '../hooks';
import type { IInspectorServices } from './context';
import { Inspector } from './inspector';

/** What of the view of a graph matters to the inspector. */
export interface IBesideView {
  readonly model: PipelineModel;
  readonly trans: TranslationBundle;
  readonly scope: string | null;
  readonly changed: ISignal<unknown, void>;
  /** The inspector has nothing in it before. */
  readonly drawn?: Promise<void>;
  readonly canvas: { current: { chosen(): string[] } | null } | null;
}

/** Where there is less room, in px, the graph has it unless somebody asks for the inspector: with it 480 would be left. */
const ROOM = 760;

/** A graph with the inspector at its right. */
export function Beside(props: { view: IBesideView; services: IInspectorServices; children: React.ReactNode }): JSX.Element {
  const { view, services, children } = props;
  const [looks, look] = React.useReducer((count: number) => count + 1, 0);
  const [chosen, setChosen] = React.useState<readonly string[]>([]);
  const host = React.useRef<HTMLDivElement>(null);
  const isReady = useAfter(view.drawn);
  const [isNarrow, setNarrow] = React.useState(false);
  const [isFolded, fold] = React.useState<boolean | null>(null);
  React.useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      // Nothing while it is hidden, as all is narrow then.
      if (entry && entry.contentRect.width > 0) {
        setNarrow(entry.contentRect.width < ROOM);
      }
    });
    observer.observe(host.current!);
    return () => observer.disconnect();
  }, []);
  React.useEffect(() => {
    // As the list may be there now, in the place of the graph.
    view.changed.connect(look);
    view.model.selectedChanged.connect(look);
    return () => {
      view.changed.disconnect(look);
      view.model.selectedChanged.disconnect(look);
    };
  }, [view]);
  React.useEffect(() => {
    // After the graph has drawn what the pointer, or a key, has done.
    const frame = requestAnimationFrame(() => {
      const now = view.canvas?.current?.chosen() ?? [];
      setChosen(before => (before.join('\n') === now.join('\n') ? before : now));
    });
    return () => cancelAnimationFrame(frame);
  }, [view, looks]);
  return (
    <div ref={host} className="jp-DatalabsPipeline-beside">
      <div className="jp-DatalabsPipeline-besideGraph" onPointerUp={look} onKeyUp={look}>
        {children}
      </div>
      <Inspector
        {...services}
        model={view.model}
        trans={view.trans}
        scope={view.scope}
        selection={chosen.length > 1 ? chosen : undefined}
        isReady={isReady}
        isFolded={isFolded ?? isNarrow}
        onFold={fold}
      />
    </div>
  );
}
