import type { TranslationBundle } from '@jupyterlab/translation';
import { applyEdgeChanges, applyNodeChanges, Background, BackgroundVariant, getViewportForBounds, MiniMap, ReactFlow, SelectionMode, useReactFlow } from '@xyflow/react';
import type { Connection, EdgeChange, NodeChange, Viewport } from '@xyflow/react';
import * as React from 'react';
import { connect, disconnect, reconnect } from './canvas/actions';
import { isFit, reasonOf } from './canvas/compatible';
import { LinkEdge } from './canvas/edge';
import { flowEdges, flowNodes, withPath } from './canvas/flow';
import type { FlowEdge, FlowNode } from './canvas/flow';
import type { IMarks } from './canvas/marks';
import { holderOf, pathOf } from './canvas/shown';
import type { IShown } from './canvas/shown';
import type { GraphView } from './canvas/view';
import type { Places } from './layout/places';
import { portHere } from './canvas/lookup';
import { EndNode, FrameNode, GroupNode, StepNode } from './nodes';

const NODE_TYPES = { step: StepNode, frame: FrameNode, end: EndNode, group: GroupNode };
const EDGE_TYPES = { link: LinkEdge };
const FIT = { padding: 0.12, maxZoom: 1.1 };
const MIN_ZOOM = 0.02;
const MULTI_KEYS = ['Shift', 'Meta', 'Control'];
const PRO = { hideAttribution: true };
/** Below this zoom names alone are readable. */
const FAR = 0.42;
/** On the screen, of names that are seen from afar. */
const NAME_SIZE = 9;
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
  boxes: (ids: readonly string[]) => { id: string; x: number; y: number; width: number; height: number }[];
  /** From the corner of the window to that of the graph. */
  at: (x: number, y: number) => { x: number; y: number };
}

/** The graph as it is drawn, at places that are known. */
export function Canvas(props: { view: GraphView; shown: IShown; places: Places; marks: ReadonlyMap<string | null, IMarks>; canvas: React.MutableRefObject<ICanvas | null>; hasMap: boolean; onChosen: (count: number) => void }): JSX.Element {
  const { view, shown, places, marks, canvas } = props;
  const { model, layouts, trans } = view;
  const flow = useReactFlow<FlowNode, FlowEdge>();
  const [nodes, setNodes] = React.useState<FlowNode[]>(() => flowNodes(shown, places, marks, []));
  const [edges, setEdges] = React.useState<FlowEdge[]>(() => flowEdges(shown, null, []));
  const root = React.useRef<HTMLDivElement>(null);
  const latest = React.useRef({ nodes, edges, shown });
  latest.current = { nodes, edges, shown };

  const mark = React.useCallback(() => {
    const ids = new Set(latest.current.nodes.filter(({ selected }) => selected).map(({ id }) => id));
    const { selected } = model;
    const isPort = selected !== null && ids.size < 2 && latest.current.shown.edges.some(({ source, target }) => source.port === selected || target.port === selected);
    const path = ids.size === 0 ? null : pathOf(latest.current.shown, isPort ? new Set([selected]) : ids);
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
        setNodes(before => before.map(node => (node.selected === (node.id === holder?.id) ? node : { ...node, selected: node.id === holder?.id })));
      } else {
        mark();
      }
      if (holder) {
        reveal(flow, root.current, holder.id);
      }
    };
    model.selectedChanged.connect(follow);
    return () => void model.selectedChanged.disconnect(follow);
  }, [model, flow, mark, view]);

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
    boxes: ids => latest.current.nodes.filter(({ id }) => ids.includes(id)).map(({ id, position, width = 0, height = 0 }) => ({ id, ...position, width, height })),
    at: (x, y) => flow.screenToFlowPosition({ x, y })
  };

  // All is in sight from the first drawing on, so that nothing is drawn at one zoom and then again at another.
  const [viewport] = React.useState(() => wholeOf(shown, places, view.stage));
  React.useEffect(() => {
    if (!viewport) {
      void flow.fitView(FIT);
    }
  }, [flow, viewport]);

  const links = useLinks(view);
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
      root.current?.style.setProperty('--jp-datalabs-graph-far', `${Math.round(Math.max(18, Math.min(44, NAME_SIZE / zoom)))}px`);
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
      onlyRenderVisibleElements
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
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1} />
      {props.hasMap && shown.nodes.length >= MAP_FROM && <MiniMap pannable zoomable nodeBorderRadius={8} nodeClassName={mapClass} ariaLabel={trans.__('Map of the graph')} />}
    </ReactFlow>
  );
}

function wholeOf({ nodes }: IShown, places: Places, stage: HTMLElement | null): Viewport | null {
  const all = nodes.flatMap(({ id, parent }) => (parent === null ? [places.get(id)!] : []));
  if (!stage || stage.clientWidth === 0 || all.length === 0) {
    return null;
  }
  const [x, y] = [Math.min(...all.map(place => place.x)), Math.min(...all.map(place => place.y))];
  const width = Math.max(...all.map(place => place.x + place.width)) - x;
  const height = Math.max(...all.map(place => place.y + place.height)) - y;
  return getViewportForBounds({ x, y, width, height }, stage.clientWidth, stage.clientHeight, MIN_ZOOM, FIT.maxZoom, FIT.padding);
}

const mapClass = ({ data: { node }, selected }: FlowNode): string => `jp-mod-${node.isFrame ? 'frame' : node.kind}${selected ? ' jp-mod-selected' : ''}`;

function labels(trans: TranslationBundle): Record<string, string> {
  return { 'minimap.ariaLabel': trans.__('Map of the graph'), 'handle.ariaLabel': trans.__('Port') };
}

/** Brings a node into sight, if it is not. */
function reveal(flow: ReturnType<typeof useReactFlow<FlowNode, FlowEdge>>, root: HTMLElement | null, id: string): void {
  const node = flow.getInternalNode(id);
  if (!node || !root) {
    return;
  }
  const { x, y } = node.internals.positionAbsolute;
  const [width, height] = [node.width ?? 0, node.height ?? 0];
  const { x: left, y: top, zoom } = flow.getViewport();
  const isSeen = x * zoom + left > 0 && y * zoom + top > 0 && (x + width) * zoom + left < root.clientWidth && (y + height) * zoom + top < root.clientHeight;
  if (!isSeen) {
    void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(zoom, FAR) });
  }
}

/** Drawing, moving and taking off connections. */
function useLinks(view: GraphView) {
  return React.useMemo(() => {
    let moved: FlowEdge | null = null;
    const targetOf = ({ sourceHandle, targetHandle }: { sourceHandle?: string | null; targetHandle?: string | null }) =>
      view.connecting?.targets.get((view.connecting.port === sourceHandle ? targetHandle : sourceHandle) ?? '');
    return {
      onConnectStart: (_: unknown, { handleId }: { handleId: string | null }) => {
        if (handleId !== null) {
          view.startConnecting(handleId);
        }
      },
      onConnectEnd: (_: unknown, { isValid, toHandle }: { isValid: boolean | null; toHandle: { id?: string | null } | null }) => {
        const reason = isValid === false && toHandle?.id ? view.connecting?.targets.get(toHandle.id) : undefined;
        if (reason && !moved) {
          view.say(reasonOf(reason.fit) ?? '', true);
        }
        view.stopConnecting();
      },
      isValidConnection: (link: FlowEdge | Connection) => {
        const target = targetOf(link);
        return target !== undefined && isFit(target.fit) && (!target.isConnected || moved !== null);
      },
      onConnect: ({ sourceHandle, targetHandle }: Connection) => {
        if (sourceHandle && targetHandle) {
          connect(view, sourceHandle, targetHandle);
        }
      },
      onReconnectStart: (_: unknown, edge: FlowEdge) => {
        moved = edge;
      },
      onReconnect: (edge: FlowEdge, { sourceHandle, targetHandle }: Connection) => {
        moved = null;
        if (sourceHandle && targetHandle && (sourceHandle !== edge.sourceHandle || targetHandle !== edge.targetHandle)) {
          reconnect(view, edge.data!.edge, sourceHandle, targetHandle);
        }
      },
      // Dropped where nothing is: the connection is off.
      onReconnectEnd: (_: unknown, edge: FlowEdge) => {
        if (moved === edge) {
          disconnect(view, edge.data!.edge);
        }
        moved = null;
        view.stopConnecting();
      }
    };
  }, [view]);
}
