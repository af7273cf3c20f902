import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';
import { BarButton } from './bar';
import { useView } from './hooks';
import { chevronIcon } from './icons';
import type { IShown } from './shown';

/** Ids of nodes and ports that match, in the order of the graph. */
export function found({ nodes }: IShown, text: string): string[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') {
    return [];
  }
  const has = (value: string | null | undefined): boolean => value?.toLowerCase().includes(wanted) ?? false;
  return nodes.flatMap(node => {
    const isNode = has(node.name) || has(node.label) || has(node.run?.text);
    const ports = [...node.inputs, ...node.outputs].filter(({ name, typeText }) => has(name) || has(typeText));
    return node.kind === 'step' || node.kind === 'group' ? [...(isNode ? [node.id] : []), ...ports.map(({ id }) => id)] : isNode || ports.length > 0 ? [node.id] : [];
  });
}

/** Finds steps, ports and types; what is found is chosen, and so seen. */
export function Search(props: { shown: IShown; onClose: () => void }): JSX.Element {
  const { shown, onClose } = props;
  const { model, trans } = useView();
  const [text, setText] = React.useState('');
  const [index, setIndex] = React.useState(0);
  const ids = React.useMemo(() => found(shown, text), [shown, text]);
  const go = (to: number): void => {
    const next = ids.length === 0 ? 0 : (to + ids.length) % ids.length;
    setIndex(next);
    model.select(ids[next] ?? null);
  };
  const input = React.useRef<HTMLInputElement>(null);
  React.useEffect(() => input.current?.focus(), []);
  return (
    <div className="jp-DatalabsGraph-search" role="search">
      <input
        ref={input}
        type="search"
        value={text}
        placeholder={trans.__('Step, port or type')}
        aria-label={trans.__('Find in the graph')}
        onChange={({ target: { value } }) => {
          setText(value);
          setIndex(0);
          model.select(found(shown, value)[0] ?? null);
        }}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            go(index + (event.shiftKey ? -1 : 1));
          } else if (event.key === 'Escape') {
            onClose();
          }
          event.stopPropagation();
        }}
      />
      <span className="jp-DatalabsGraph-count" role="status">
        {text.trim() === '' ? '' : ids.length === 0 ? trans.__('Nothing found') : trans.__('%1 of %2', index + 1, ids.length)}
      </span>
      <span className="jp-mod-back">
        <BarButton icon={chevronIcon} label={trans.__('Previous')} isDisabled={ids.length === 0} onClick={() => go(index - 1)} />
      </span>
      <BarButton icon={chevronIcon} label={trans.__('Next')} isDisabled={ids.length === 0} onClick={() => go(index + 1)} />
      <BarButton icon={closeIcon} label={trans.__('Close search')} onClick={onClose} />
    </div>
  );
}
