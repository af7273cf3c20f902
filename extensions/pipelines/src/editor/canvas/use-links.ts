import type { Connection } from '@xyflow/react';
import * as React from 'react';
import type { ICanvas } from '../canvas';
import { connect, disconnect, reconnect } from './actions';
import { isFit, reasonOf } from './compatible';
import type { FlowEdge } from './flow';
import type { GraphView } from './view';

/** Where somebody let a connection go. */
interface IDropped {
  isValid: boolean | null;
  toHandle: { id?: string | null } | null;
}

/** Drawing, moving and taking off connections. */
export function useLinks(view: GraphView, canvas: React.RefObject<ICanvas>, onPick: (port: string, at: { x: number; y: number }) => void) {
  return React.useMemo(() => {
    let moved: FlowEdge | null = null;
    let isRefused = false;
    /** Says why a connection does not go where it was dropped; false for where nothing is. */
    const refuse = ({ isValid, toHandle }: IDropped): boolean => {
      const { connecting } = view;
      if (isValid !== false || !toHandle?.id || !connecting) {
        return false;
      }
      const target = connecting.targets.get(toHandle.id);
      const why = target ? reasonOf(target.fit) : view.betweenLevels(connecting.port, toHandle.id);
      if (why) {
        view.say(why, true);
      }
      return true;
    };
    const targetOf = ({ sourceHandle, targetHandle }: { sourceHandle?: string | null; targetHandle?: string | null }) =>
      view.connecting?.targets.get((view.connecting.port === sourceHandle ? targetHandle : sourceHandle) ?? '');
    return {
      onConnectStart: (_: unknown, { handleId }: { handleId: string | null }) => {
        if (handleId !== null) {
          view.startConnecting(handleId);
        }
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, end: IDropped) => {
        isRefused = refuse(end);
        const { connecting } = view;
        const point = 'clientX' in event ? event : event.changedTouches[0];
        const isNowhere = end.toHandle === null && event.target instanceof Element && event.target.classList.contains('react-flow__pane');
        view.stopConnecting();
        if (connecting && point && isNowhere && !moved) {
          onPick(connecting.port, canvas.current!.at(point.clientX, point.clientY));
        }
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
        if (moved === edge && !isRefused) {
          disconnect(view, edge.data!.edge);
        }
        moved = null;
        view.stopConnecting();
      }
    };
  }, [view, canvas, onPick]);
}
