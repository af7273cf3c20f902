import type * as React from 'react';
import type { ICanvas } from '../canvas';
import type { Places } from '../layout/places';
import { copied, duplicate, paste, remove } from './actions';
import { walk, walkPorts } from './keys';
import type { Arrow } from './keys';
import { portHere } from './lookup';
import { holderOf } from './shown';
import type { IShown } from './shown';
import type { GraphView } from './view';
import { nodeText, short } from './words';

type Arranged = { shown: IShown; places: Places } | null;

/** The graph by keyboard. What is chosen is the cursor: it is there with the pointer as well. */
export function useKeys(view: GraphView, arranged: Arranged, canvas: React.RefObject<ICanvas | null>, open: { search: () => void; pick: (port: string) => void }): React.HTMLAttributes<HTMLElement> {
  const { model, trans } = view;
  const take = (id: string | null): void => {
    if (id === null || !arranged) {
      return;
    }
    model.select(id);
    const port = portHere(view.graph, id);
    const node = arranged.shown.nodes.find(other => other.id === id);
    const marks = model.problems.filter(problem => problem.node === id || problem.node?.startsWith(`${id}/`)).length;
    const text = node ? nodeText(node, trans) : port ? trans.__('%1 %2, %3', port.side === 'in' ? trans.__('Input') : trans.__('Output'), short(port.port.name), short(port.port.typeText)) : '';
    view.say(marks > 0 ? `${text}. ${trans._n('%1 problem', '%1 problems', marks)}` : text);
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (event.target instanceof HTMLElement && event.target.closest('input, textarea, [role=menu], [role=dialog]')) {
      return;
    }
    if (handle(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const handle = (event: React.KeyboardEvent): boolean => {
    const { key } = event;
    const { selected } = model;
    const node = selected === null || !arranged ? null : holderOf(arranged.shown, selected);
    const isPort = node !== null && selected !== node.id && node.kind === 'step';
    if (event.ctrlKey || event.metaKey) {
      switch (key.toLowerCase()) {
        case 'f':
          open.search();
          return true;
        case 'a':
          canvas.current?.choose(new Set(arranged?.shown.nodes.filter(({ parent }) => parent === null).map(({ id }) => id)));
          return true;
        case 'd':
          duplicate(view, chosen());
          return true;
        case 'z':
          if (event.shiftKey) {
            view.redo();
          } else {
            view.undo();
          }
          return true;
        case 'y':
          view.redo();
          return true;
        default:
          return false;
      }
    }
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowRight':
      case 'ArrowUp':
      case 'ArrowDown':
        if (arranged && !event.altKey) {
          take(isPort ? walkPorts(node, selected, key) : walk(arranged.shown, arranged.places, node?.id ?? null, key as Arrow));
        } else if (event.altKey && key === 'ArrowUp') {
          leave();
        }
        return true;
      case 'Enter':
        if (node && !isPort) {
          if (node.run?.canExpand && !event.altKey) {
            view.enter(node.id);
          } else if (node.kind === 'step') {
            take(node.inputs[0]?.id ?? node.outputs[0]?.id ?? null);
          }
        }
        return node !== null;
      case ' ':
        if (node?.run?.canExpand) {
          view.say(node.run.isExpanded ? trans.__('%1 folded', nodeText(node, trans)) : trans.__('%1 opened', nodeText(node, trans)));
          model.expand(node.id, !node.run.isExpanded);
        }
        return node !== null;
      case 'c': {
        const port = isPort ? selected : (node?.outputs[0]?.id ?? node?.inputs[0]?.id);
        if (port) {
          open.pick(port);
        }
        return true;
      }
      case 'Escape':
        if (isPort) {
          take(node.id);
        } else if (selected !== null) {
          model.select(null);
          canvas.current?.choose(new Set());
        } else {
          leave();
        }
        return true;
      case 'Delete':
      case 'Backspace':
        remove(view, chosen(), canvas.current?.chosenEdges().map(({ data }) => data!.edge) ?? []);
        return true;
      case '+':
      case '=':
        canvas.current?.zoom(1.25);
        return true;
      case '-':
        canvas.current?.zoom(0.8);
        return true;
      case '0':
        canvas.current?.fit();
        return true;
      case '1':
        canvas.current?.zoom(null);
        return true;
      default:
        return false;
    }
  };
  const chosen = (): string[] => {
    const ids = canvas.current?.chosen() ?? [];
    return ids.length > 0 ? ids : model.selected !== null ? [model.selected] : [];
  };
  const leave = (): void => {
    const { scope } = view;
    if (scope !== null) {
      view.enter(scope.includes('/') ? scope.slice(0, scope.lastIndexOf('/')) : null);
      model.select(scope);
    }
  };
  const onCopy = (event: React.ClipboardEvent): void => {
    const text = window.getSelection()?.toString() ? null : copied(view, chosen());
    if (text !== null) {
      event.clipboardData.setData('text/plain', text);
      event.preventDefault();
      view.say(trans.__('Copied'));
    }
  };
  return {
    onKeyDown,
    onCopy,
    onCut: event => {
      onCopy(event);
      if (event.defaultPrevented) {
        remove(view, chosen(), []);
      }
    },
    onPaste: event => {
      const text = event.clipboardData.getData('text/plain');
      if (text && !(event.target instanceof HTMLElement && event.target.closest('input'))) {
        event.preventDefault();
        paste(view, text);
      }
    }
  };
}
