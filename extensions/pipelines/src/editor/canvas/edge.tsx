import { BaseEdge } from '@xyflow/react';
import type { EdgeProps } from '@xyflow/react';
import * as React from 'react';
import { curve } from './curve';
import type { FlowEdge } from './flow';
import { useView } from './hooks';

/** A smooth curve from port to port; the colour is in the style sheet. */
export const LinkEdge = React.memo(function LinkEdge({ id, sourceX, sourceY, targetX, targetY }: EdgeProps<FlowEdge>): JSX.Element {
  const way = useView().layouts.way(id);
  return <BaseEdge path={curve({ x: sourceX, y: sourceY }, { x: targetX, y: targetY }, way)} interactionWidth={12} />;
});
