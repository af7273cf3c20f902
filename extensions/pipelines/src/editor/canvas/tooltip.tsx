import * as React from 'react';
import { reasonOf } from './compatible';
import { familyText, mergeText, nameOf, short } from './words';
import { nodeOf, portHere, stepOf } from './lookup';
import { marksOf } from './marks';
import type { GraphView } from './view';

interface ITip {
  at: DOMRect;
  lines: { text: string; look: string }[];
}

const MOST_DOC = 400;
const DELAY = 250;
/** Names up to about this length are not cut on a card. */
const SEEN_WHOLE = 20;

/** What is under the pointer, in text alone: whatever a document says, it is never markup. */
export function Tooltip(props: { view: GraphView; host: React.RefObject<HTMLElement> }): JSX.Element | null {
  const { view, host } = props;
  const [tip, setTip] = React.useState<ITip | null>(null);
  React.useEffect(() => {
    const element = host.current!;
    let timer = 0;
    let at: Element | null = null;
    const show = (event: Event): void => {
      const target = event.target instanceof Element ? event.target.closest('[data-tip], [data-port], [data-node]') : null;
      if (target === at) {
        return;
      }
      at = target;
      window.clearTimeout(timer);
      setTip(null);
      if (target) {
        timer = window.setTimeout(() => {
          const lines = linesOf(view, target);
          setTip(lines.length > 0 ? { at: target.getBoundingClientRect(), lines } : null);
        }, DELAY);
      }
    };
    const hide = (): void => {
      at = null;
      window.clearTimeout(timer);
      setTip(null);
    };
    element.addEventListener('pointerover', show);
    element.addEventListener('focusin', show);
    for (const name of ['pointerleave', 'wheel', 'pointerdown', 'focusout', 'keydown']) {
      element.addEventListener(name, hide, { passive: true });
    }
    return () => {
      hide();
      element.removeEventListener('pointerover', show);
      element.removeEventListener('focusin', show);
      for (const name of ['pointerleave', 'wheel', 'pointerdown', 'focusout', 'keydown']) {
        element.removeEventListener(name, hide);
      }
    };
  }, [view, host]);
  if (!tip || !host.current) {
    return null;
  }
  const around = host.current.getBoundingClientRect();
  const below = tip.at.bottom - around.top + 6;
  const isBelow = below < around.height - 140;
  const style: React.CSSProperties = {
    left: Math.max(4, Math.min(tip.at.left - around.left, around.width - 300)),
    ...(isBelow ? { top: below } : { bottom: around.bottom - tip.at.top + 6 })
  };
  return (
    <div className="jp-DatalabsGraph-tip" role="tooltip" style={style}>
      {tip.lines.map(({ text, look }, index) => (
        <bdi key={index} className={`jp-mod-${look}`}>
          {text}
        </bdi>
      ))}
    </div>
  );
}

function linesOf(view: GraphView, element: Element): ITip['lines'] {
  const { dataset } = element as HTMLElement;
  if (dataset['tip']) {
    return [{ text: short(dataset['tip'], MOST_DOC), look: 'text' }];
  }
  return dataset['port'] !== undefined ? portLines(view, dataset['port']) : dataset['node'] !== undefined ? nodeLines(view, dataset['node']) : [];
}

function portLines(view: GraphView, id: string): ITip['lines'] {
  const { model, trans, connecting, graph } = view;
  const here = portHere(graph, id);
  if (!here) {
    return [];
  }
  const { node, port, side } = here;
  const run = stepOf(model.document, graph, node)?.run.process;
  const inner = node.kind === 'step' ? [...(side === 'in' ? (run?.inputs ?? []) : (run?.outputs ?? []))].find(other => other.id === port.name) : undefined;
  const reason = connecting?.targets.get(id);
  const levels = connecting && view.betweenLevels(connecting.port, id);
  const marks = marksOf(model.problems.filter(problem => problem.node === id)).get(node.id);
  return [
    { text: short(port.name), look: 'name' },
    { text: short(port.typeText), look: `type jp-mod-${port.family}` },
    { text: familyText(port.family, trans), look: 'quiet' },
    ...(connecting && reason ? [{ text: reason.isReplacing ? trans.__('Takes the place of what is connected.') : (reasonOf(reason.fit) ?? trans.__('Goes together.')), look: 'reason' }] : []),
    ...(levels ? [{ text: levels, look: 'reason' }] : []),
    ...(port.valueFrom !== null ? [{ text: trans.__('Value from %1', short(port.valueFrom)), look: 'code' }] : []),
    ...(port.valueFrom === null && port.hasDefault ? [{ text: trans.__('Has a default'), look: 'quiet' }] : []),
    ...(port.isScattered ? [{ text: trans.__('Scattered: the step runs once for each item'), look: 'quiet' }] : []),
    ...mergeText(port, trans).map(({ long }) => ({ text: long, look: 'quiet' })),
    ...[node.kind === 'step' ? (inner?.doc ?? inner?.label ?? '') : node.doc].filter(Boolean).map(doc => ({ text: short(doc, MOST_DOC), look: 'text' })),
    ...(marks?.messages ?? []).map(text => ({ text, look: 'problem' }))
  ];
}

function nodeLines(view: GraphView, id: string): ITip['lines'] {
  const node = nodeOf(view.graph, id);
  if (!node) {
    return [];
  }
  const lines = [
    { text: nameOf(node), look: 'name' },
    ...(node.label && node.label !== node.name ? [{ text: short(node.name), look: 'code' }] : []),
    ...(node.run?.text ? [{ text: short(node.run.text), look: 'code' }] : []),
    ...(node.run?.why ? [{ text: node.run.why, look: 'problem' }] : []),
    ...(node.doc ? [{ text: short(node.doc, MOST_DOC), look: 'text' }] : [])
  ];
  // What the card says anyway needs no saying twice.
  return lines.length === 1 && lines[0]!.text.length < SEEN_WHOLE ? [] : lines;
}
