import { PromiseDelegate } from '@lumino/coreutils';
import ELK from 'elkjs/lib/elk-api.js';
import type { ElkNode } from 'elkjs/lib/elk-api.js';
import { METRICS } from './boxes';
import type { ILevel } from './places';
import type { IEngine } from './shared';

/** ELK's layered algorithm, from left to right, with ports that stay where they are drawn. */
const OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': String(METRICS.layerGap),
  'elk.spacing.nodeNode': String(METRICS.gap),
  // Where edges bend is enough, curves are drawn through it; all else took most of the time.
  'elk.edgeRouting': 'POLYLINE',
  'elk.layered.thoroughness': '1',
  'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF',
  'elk.layered.nodePlacement.bk.fixedAlignment': 'BALANCED',
  // Parts that nothing connects would go below each other, each with inputs of its own.
  'elk.separateConnectedComponents': 'false'
};
const CONSTRAINTS = { first: 'FIRST', last: 'LAST' };

/** Arranges in a worker: it takes seconds with hundreds of nodes. */
export function elkArrange(makeWorker: () => Worker): IEngine {
  let isBroken = false;
  // What ELK asks of a worker that cannot be started is never answered.
  const broken = new PromiseDelegate<never>();
  broken.promise.catch(() => undefined);
  const elk = new ELK({
    workerFactory: () => {
      const worker = makeWorker();
      worker.addEventListener('error', () => {
        isBroken = true;
        broken.reject(new Error('What arranges graphs could not be started.'));
      });
      return worker;
    }
  });
  return {
    arrange: async level => {
      const { children = [], edges = [] } = await Promise.race([elk.layout(input(level)), broken.promise]);
      return {
        corners: new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }])),
        ways: new Map(
          edges.flatMap(({ id, sections: [section] = [] }) =>
            section?.bendPoints?.length ? [[id, [section.startPoint, ...section.bendPoints, section.endPoint].map(({ x, y }) => ({ x: Math.round(x), y: Math.round(y) }))] as const] : []
          )
        )
      };
    },
    isBroken: () => isBroken,
    dispose: () => elk.terminateWorker()
  };
}

function input({ nodes, edges }: ILevel): ElkNode {
  return {
    id: '',
    layoutOptions: OPTIONS,
    children: nodes.map(({ id, width, height, end, ports }) => ({
      id,
      width,
      height,
      layoutOptions: { 'elk.portConstraints': 'FIXED_POS', ...(end ? { 'elk.layered.layering.layerConstraint': CONSTRAINTS[end] } : {}) },
      ports: ports.map(port => ({
        id: port.id,
        x: port.side === 'in' ? 0 : width,
        y: port.y,
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': port.side === 'in' ? 'WEST' : 'EAST' }
      }))
    })),
    edges: edges.map(({ id, source, target }) => ({ id, sources: [source], targets: [target] }))
  };
}
