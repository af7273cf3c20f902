import { useReactFlow, useStore } from '@xyflow/react';
import * as React from 'react';
import { useView } from './hooks';
import { BarButton } from './bar';
import { fitIcon, legendIcon } from './icons';
import type { IShown } from './shown';
import { FAMILIES, familyText } from './words';

/** In px; where there is less the graph has the room until somebody asks what the colours mean. */
const ROOM = { width: 760, height: 320 };
const hasRoom = ({ width, height }: { width: number; height: number }): boolean => width >= ROOM.width && height >= ROOM.height;

/** What the colours and forms of ports mean, of those that are there. */
export const Legend = React.memo(function Legend(props: { shown: IShown }): JSX.Element {
  const { trans } = useView();
  const isRoomy = useStore(hasRoom);
  const [isWanted, want] = React.useState<boolean | null>(null);
  const isOpen = isWanted ?? isRoomy;
  return (
    <>
      <div className="jp-DatalabsGraph-zoom">
        <BarButton icon={legendIcon} label={trans.__('Legend')} isPressed={isOpen} onClick={() => want(!isOpen)} />
      </div>
      {isOpen && <Families shown={props.shown} />}
    </>
  );
});

function Families(props: { shown: IShown }): JSX.Element {
  const { trans } = useView();
  const ports = props.shown.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const present = new Set(ports.map(({ family }) => family));
  return (
    <ul className="jp-DatalabsGraph-legend" aria-label={trans.__('Legend of ports')}>
      {FAMILIES.filter(family => present.has(family)).map(family => (
        <li key={family}>
          <i className={`jp-DatalabsGraph-dot jp-mod-${family}`} />
          {familyText(family, trans)}
        </li>
      ))}
      {ports.some(({ isArray }) => isArray) && (
        <li className="jp-mod-form">
          <i className="jp-DatalabsGraph-dot jp-mod-array" />
          {trans.__('List')}
        </li>
      )}
      {ports.some(({ isOptional }) => isOptional) && (
        <li className="jp-mod-form">
          <i className="jp-DatalabsGraph-dot jp-mod-optional" />
          {trans.__('Optional')}
        </li>
      )}
    </ul>
  );
}

export function Zoom(): JSX.Element {
  const { trans } = useView();
  const percent = useStore(({ transform }) => Math.round(transform[2] * 100));
  const flow = useReactFlow();
  const FACTOR = 1.25;
  return (
    <div className="jp-DatalabsGraph-zoom" role="group" aria-label={trans.__('Zoom')}>
      <button type="button" aria-label={trans.__('Zoom out')} onClick={() => void flow.zoomTo(flow.getZoom() / FACTOR)}>
        −
      </button>
      <button type="button" className="jp-mod-percent" aria-label={trans.__('Zoom %1 %, set to 100 %', percent)} data-tip={trans.__('Set to 100 %')} onClick={() => void flow.zoomTo(1)}>
        {percent}%
      </button>
      <button type="button" aria-label={trans.__('Zoom in')} onClick={() => void flow.zoomTo(flow.getZoom() * FACTOR)}>
        +
      </button>
      <BarButton icon={fitIcon} label={trans.__('Fit')} onClick={() => void flow.fitView({ padding: 0.06, maxZoom: 1.1 })} />
    </div>
  );
}
