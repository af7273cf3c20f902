import type { TranslationBundle } from '@jupyterlab/translation';
import { applyEdgeChanges, applyNodeChanges, Background, BackgroundVariant, getViewportForBounds, MiniMap, ReactFlow, SelectionMode, useReactFlow, useStore } from '@xyflow/react';
import type { EdgeChange, NodeChange, Rect, Viewport } from '@xyflow/react';
import * as React from 'react';
import { LinkEdge } from './canvas/edge';
import { flowEdges, flowNodes, withPath } from './canvas/flow';
import type { FlowEdge, FlowNode } from './canvas/flow';
import type { IMarks } from './canvas/marks';
import { holderOf, pathOf } from './canvas/shown';
import type { IShown } from './canvas/shown';
import { useLinks } from './canvas/use-links';
import type { GraphView } from './canvas/view';
import type { Places } from './layout/places';
import { portHere } from './canvas/lookup';
import { EndNode, FrameNode, GroupNode, StepNode } from './nodes';

const NODE_TYPES = { step: StepNode, frame: FrameNode, end: EndNode, group: GroupNode };
const EDGE_TYPES = { link: LinkEdge };
const FIT = { padding: 0.06, maxZoom: 1.1 };
const MIN_ZOOM = 0.02;
const MULTI_KEYS = ['Shift', 'Meta', 'Control'];
const PRO = { hideAttribution: true };
/** Below this zoom names alone are readable. */
const FAR = 0.55;
/** Below this zoom not even names are. */
const FARTHEST = 0.11;
/** On the screen, of names that are seen from afar. */
const NAME_SIZE = 11;
/** Lines get no thinner than this on the screen. */
const LINE_WIDTH = { near: 1.75, far: 1.15, most: 5 };
/** A pipeline that would be smaller than this as a whole is first shown from its beginning on. */
const FIRST_ZOOM = 0.36;
const FIRST_MARGIN = 24;
/** Around what is brought into sight, in px. */
const MARGIN = 16;
/** Fewer nodes need no map. */
const MAP_FROM = 10;

/** What somebody does with the canvas from outside of it. */
export interface ICanvas {
  fit: () => void;
  zoom: (factor: number | null) => void;
  /** Nodes that are chosen, in the order of the graph. */
  chosen: () => string[];
  chosenEdges: () => FlowEdge[];
  choose: (ids: ReadonlySet<string>) => void;
  place: (corners: Iterable<readonly [string, { x: number; y: number }]>) => void;
  /** The innermost step shown with what is in it around a place of the graph; null for none. */
  frameAt: (place: { x: number; y: number }) => string | null;
  boxes: (ids: readonly string[]) => { id: string; x: number; y: number; width: number; height: number }[];
  /** From the corner of the window to that of the graph. */
  at: (x: number, y: number) => { x: number; y: number };
}

/** The graph as it is drawn, at places that are known. */
export function Canvas(props: { view: GraphView; shown: IShown; places: Places; marks: ReadonlyMap<string | null, IMarks>; canvas: React.MutableRefObject<ICanvas | null>; hasMap: boolean; onChosen: (count: number) => void; onPick: (port: string, at: { x: number; y: number }) => void }): JSX.Element {
  const { view, shown, places, marks, canvas } = props;
  const { model, layouts, trans } = view;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const [nodes, setNodes] = React.useState<FlowNode[]>(() => flowNodes(shown, places, marks, []));
  const [edges, setEdges] = React.useState<FlowEdge[]>(() => flowEdges(shown, null, []));
  const root = React.useRef<HTMLDivElement>(null);
  const drawn = React.useRef<ReadonlySet<string>>(new Set());
  const latest = React.useRef({ nodes, edges, shown, places });
  latest.current = { nodes, edges, shown, places };

  const mark = React.useCallback(() => {
    const ids = new Set(latest.current.nodes.filter(({ selected }) => selected).map(({ id }) => id));
    const { selected } = model;
    const isPort = selected !== null && ids.size < 2 && latest.current.shown.edges.some(({ source, target }) => source.port === selected || target.port === selected);
    const found = ids.size === 0 ? null : pathOf(latest.current.shown, isPort ? new Set([selected]) : ids);
    // What is connected to nothing, as a step that was just added, has no way to follow.
    const path = found && found.edges.size > 0 ? found : null;
    ids.forEach(id => path?.nodes.add(id));
    setEdges(before => flowEdges(latest.current.shown, path, before));
    setNodes(before => withPath(before, path));
  }, [model]);

  // Nodes and edges in the same frame.
  React.useLayoutEffect(() => {
    setNodes(before => flowNodes(shown, places, marks, before));
  }, [shown, places, marks]);

  const chosenKey = nodes.filter(({ selected }) => selected).map(({ id }) => id).join('\n');
  React.useLayoutEffect(mark, [mark, chosenKey, shown]);
  const { onChosen } = props;
  React.useEffect(() => onChosen(chosenKey === '' ? 0 : chosenKey.split('\n').length), [onChosen, chosenKey]);
  // In the list, which has no canvas, nothing is chosen beside what the model says.
  React.useEffect(() => () => onChosen(0), [onChosen]);

  // What is chosen elsewhere, in the code or in a list, is chosen and seen here too.
  React.useEffect(() => {
    const follow = (): void => {
      const { selected } = model;
      const holder = selected === null ? null : holderOf(latest.current.shown, selected);
      if (selected !== null && !holder) {
        const port = portHere(view.graph, selected);
        if (port && latest.current.nodes.some(({ id }) => id === port.node.id)) {
          view.toggleFold(port.node.id);
        }
        return;
      }
      const chosen = latest.current.nodes.filter(node => node.selected).map(({ id }) => id);
      if (holder ? chosen.length !== 1 || chosen[0] !== holder.id : chosen.length === 1) {
        // At once: it may be chosen anew, to be shown again, before the next drawing.
        const chose = (before: FlowNode[]): FlowNode[] => before.map(node => (node.selected === (node.id === holder?.id) ? node : { ...node, selected: node.id === holder?.id }));
        latest.current.nodes = chose(latest.current.nodes);
        setNodes(chose);
        // What is chosen here is seen here, and must not move away under the pointer.
        if (holder) {
          reveal(flow, root.current, holder.id, latest.current.places);
        }
      } else {
        mark();
      }
    };
    model.selectedChanged.connect(follow);
    // What was made just now is chosen before it is drawn.
    const { selected } = model;
    const holder = selected === null ? null : holderOf(shown, selected);
    const isNew = holder !== null && !drawn.current.has(holder.id);
    // A turn later the canvas knows where it is.
    const frame = requestAnimationFrame(() => {
      drawn.current = new Set(shown.nodes.map(({ id }) => id));
      if (isNew) {
        follow();
      }
    });
    return () => {
      cancelAnimationFrame(frame);
      model.selectedChanged.disconnect(follow);
    };
  }, [model, flow, mark, view, shown]);

  const onNodesChange = React.useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const wanted = changes.filter(({ type }) => type === 'position' || type === 'select');
      if (wanted.length === 0) {
        return;
      }
      const next = applyNodeChanges(wanted, latest.current.nodes);
      latest.current.nodes = next;
      setNodes(next);
      if (wanted.some(({ type }) => type === 'select')) {
        const chosen = next.filter(({ selected }) => selected);
        const holder = model.selected === null ? null : holderOf(latest.current.shown, model.selected);
        if (chosen.length === 1 ? holder?.id !== chosen[0]!.id : model.selected !== null && chosen.length === 0) {
          model.select(chosen[0]?.id ?? null);
        }
      }
    },
    [model]
  );
  const onEdgesChange = React.useCallback((changes: EdgeChange<FlowEdge>[]) => setEdges(before => applyEdgeChanges(changes.filter(({ type }) => type === 'select'), before)), []);

  const keep = React.useCallback(() => {
    layouts.moved(latest.current.nodes.map(({ id, position }) => [id, position]));
  }, [layouts]);

  React.useLayoutEffect(() => {
    canvas.current = {
      fit: () => void flow.fitView(FIT),
      zoom: factor => void (factor === null ? flow.zoomTo(1) : flow.zoomTo(flow.getZoom() * factor)),
      chosen: () => latest.current.nodes.filter(({ selected }) => selected).map(({ id }) => id),
      chosenEdges: () => latest.current.edges.filter(({ selected }) => selected),
      choose: ids => {
        const next = latest.current.nodes.map(node => (node.selected === ids.has(node.id) ? node : { ...node, selected: ids.has(node.id) }));
        latest.current.nodes = next;
        setNodes(next);
      },
      place: corners => {
        const to = new Map(corners);
        latest.current.nodes = latest.current.nodes.map(node => (to.has(node.id) ? { ...node, position: to.get(node.id)! } : node));
        setNodes(latest.current.nodes);
        keep();
      },
      frameAt: ({ x, y }) => {
        const around = latest.current.nodes.filter(({ id, type, width = 0, height = 0 }) => {
          const corner = type === 'frame' ? flow.getInternalNode(id)?.internals.positionAbsolute : undefined;
          return corner !== undefined && x >= corner.x && x <= corner.x + width && y >= corner.y && y <= corner.y + height;
        });
        return around.reduce<string | null>((inner, { id }) => (inner === null || id.startsWith(`${inner}/`) ? id : inner), null);
      },
      boxes: ids => latest.current.nodes.filter(({ id }) => ids.includes(id)).map(({ id, position, width = 0, height = 0 }) => ({ id, ...position, width, height })),
      at: (x, y) => flow.screenToFlowPosition({ x, y })
    };
    return () => {
      canvas.current = null;
    };
  }, [canvas, flow, keep]);

  // All is in sight from the first drawing on, so that nothing is drawn at one zoom and then again at another.
  const bounds = React.useMemo(() => boundsOf(shown, places), [shown, places]);
  const [viewport] = React.useState(() => (bounds && view.stage && view.stage.clientWidth > 0 ? beginningOf(bounds, { width: view.stage.clientWidth, height: view.stage.clientHeight }) : null));
  React.useEffect(() => {
    if (!viewport) {
      void flow.fitView(FIT);
    }
  }, [flow, viewport]);

  // Where all of it is in sight, taking away what is dragged over the edge costs more than drawing it.
  const isWhole = useStore(({ transform: [, , zoom], width, height }) => bounds !== null && bounds.width * zoom <= width && bounds.height * zoom <= height);

  const links = useLinks(view, canvas, props.onPick);
  const far = React.useRef(0);
  const onMove = React.useCallback((event: MouseEvent | TouchEvent | null, { zoom }: Viewport) => {
    // A layer of its own while it moves, and drawn sharply again after. Not before: a press that moves nothing is a click.
    if (event) {
      root.current?.classList.add('jp-mod-moving');
      // A wheel that has just stopped leaves no button to let go of: cards have to take a press then.
      root.current?.classList.toggle('jp-mod-dragged', event.type !== 'wheel');
    }
    if (zoom !== far.current) {
      far.current = zoom;
      root.current?.classList.toggle('jp-mod-far', zoom < FAR);
      root.current?.classList.toggle('jp-mod-farthest', zoom < FARTHEST);
      root.current?.style.setProperty('--jp-datalabs-graph-far', `${Math.round(Math.max(18, Math.min(44, NAME_SIZE / zoom)))}px`);
      root.current?.style.setProperty('--jp-datalabs-graph-line', `${Math.max(LINE_WIDTH.near, Math.min(LINE_WIDTH.most, LINE_WIDTH.far / zoom)).toFixed(1)}px`);
    }
  }, []);
  const onMoveEnd = React.useCallback(() => root.current?.classList.remove('jp-mod-moving', 'jp-mod-dragged'), []);
  const onInit = React.useCallback(() => onMove(null, flow.getViewport()), [flow, onMove]);
  const onDouble = React.useCallback(
    (_: React.MouseEvent, { data: { node } }: FlowNode) => {
      if (node.run?.canExpand) {
        view.enter(node.id);
      }
    },
    [view]
  );
  return (
    <ReactFlow
      ref={root}
      className="jp-DatalabsGraph-canvas"
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      edgeTypes={EDGE_TYPES}
      onNodesChange={onNodesChange}
      onEdgesChange={onEdgesChange}
      onNodeDragStop={keep}
      onSelectionDragStop={keep}
      onNodeDoubleClick={onDouble}
      onMove={onMove}
      onMoveEnd={onMoveEnd}
      onInit={onInit}
      {...links}
      {...(viewport ? { defaultViewport: viewport } : { fitView: true, fitViewOptions: FIT })}
      minZoom={MIN_ZOOM}
      maxZoom={2.5}
      onlyRenderVisibleElements={!isWhole}
      zoomOnDoubleClick={false}
      nodesFocusable={false}
      edgesFocusable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      multiSelectionKeyCode={MULTI_KEYS}
      selectionMode={SelectionMode.Partial}
      connectionRadius={18}
      proOptions={PRO}
      ariaLabelConfig={labels(trans)}
      aria-label={trans.__('Steps and connections')}
    >
      <KeepInSight shown={shown} />
      <Background variant={BackgroundVariant.Dots} gap={24} size={1} />
      {props.hasMap && shown.nodes.length >= MAP_FROM && <MiniMap pannable zoomable nodeBorderRadius={8} nodeClassName={mapClass} ariaLabel={trans.__('Map of the graph')} />}
    </ReactFlow>
  );
}

interface ISize {
  width: number;
  height: number;
}

const wholeOf = (bounds: Rect, { width, height }: ISize): Viewport => getViewportForBounds(bounds, width, height, MIN_ZOOM, FIT.maxZoom, FIT.padding);

/** The whole, or of one that is too long for that its beginning, large enough to be read. */
function beginningOf(bounds: Rect, size: ISize): Viewport {
  const whole = wholeOf(bounds, size);
  return whole.zoom >= FIRST_ZOOM ? whole : { x: FIRST_MARGIN - bounds.x * FIRST_ZOOM, y: size.height / 2 - (bounds.y + bounds.height / 2) * FIRST_ZOOM, zoom: FIRST_ZOOM };
}

function boundsOf({ nodes }: IShown, places: Places): Rect | null {
  const all = nodes.flatMap(({ id, parent }) => (parent === null ? [places.get(id)!] : []));
  if (all.length === 0) {
    return null;
  }
  const [x, y] = [Math.min(...all.map(place => place.x)), Math.min(...all.map(place => place.y))];
  const width = Math.max(...all.map(place => place.x + place.width)) - x;
  const height = Math.max(...all.map(place => place.y + place.height)) - y;
  return { x, y, width, height };
}

const sizeOf = ({ width, height }: ISize): string => `${width} ${height}`;

/** When there is more room, or less: what was shown as a whole still is, and else what was in the middle stays there. */
function KeepInSight({ shown }: { shown: IShown }): null {
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const size = useStore(sizeOf);
  const before = React.useRef<ISize | null>(null);
  const latest = React.useRef(shown);
  latest.current = shown;
  React.useLayoutEffect(() => {
    const [width, height] = size.split(' ').map(Number) as [number, number];
    const old = before.current;
    if (width === 0 || height === 0) {
      return;
    }
    before.current = { width, height };
    if (!old) {
      return;
    }
    const now = flow.getViewport();
    const bounds = flow.getNodesBounds(latest.current.nodes.flatMap(({ id, parent }) => (parent === null ? [id] : [])));
    const same = [beginningOf, wholeOf].find(view => isSameView(view(bounds, old), now));
    void flow.setViewport(same ? same(bounds, { width, height }) : { ...now, x: now.x + (width - old.width) / 2, y: now.y + (height - old.height) / 2 });
  }, [flow, size]);
  return null;
}

const isSameView = (one: Viewport, other: Viewport): boolean => Math.abs(one.x - other.x) < 1 && Math.abs(one.y - other.y) < 1 && Math.abs(one.zoom - other.zoom) < 0.001;

const mapClass = ({ data: { node }, selected }: FlowNode): string => `jp-mod-${node.isFrame ? 'frame' : node.kind}${selected ? ' jp-mod-selected' : ''}`;

function labels(trans: TranslationBundle): Record<string, string> {
  return { 'minimap.ariaLabel': trans.__('Map of the graph'), 'handle.ariaLabel': trans.__('Port') };
}

/** Brings a node into sight, if it is not, by as little as that takes. */
function reveal(flow: ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>, root: HTMLElement | null, id: string, places: Places): void {
  const node = flow.getInternalNode(id);
  // One that is new is not known there yet.
  const box = node ? { ...node.internals.positionAbsolute, width: node.width ?? 0, height: node.height ?? 0 } : places.get(id);
  if (!box || !root) {
    return;
  }
  const { x, y, width, height } = box;
  const { x: left, y: top, zoom } = flow.getViewport();
  const by = (from: number, to: number, room: number): number => (to - from + 2 * MARGIN > room || from < MARGIN ? MARGIN - from : Math.min(0, room - MARGIN - to));
  const right = by(x * zoom + left, (x + width) * zoom + left, root.clientWidth);
  const down = by(y * zoom + top, (y + height) * zoom + top, root.clientHeight);
  if (right !== 0 || down !== 0) {
    void (zoom < FAR ? flow.setCenter(x + width / 2, y + height / 2, { zoom: FAR }) : flow.setViewport({ x: left + right, y: top + down, zoom }));
  }
}
