import { hoverAt } from '@jupyter-datalabs/cwl';
import type { IHover } from '@jupyter-datalabs/cwl';
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import type { ICodeContext } from './context';
import { agrees } from './context';

/** What is known of what the pointer is on. */
export function hover(context: ICodeContext): Extension {
  return hoverTooltip((view, position) => {
    const told = agrees(context, view) ? hoverAt(context.model.document, position) : null;
    return told && { pos: told.range.from, end: told.range.to, above: true, create: () => ({ dom: tooltipOf(told) }) };
  });
}

/** As text alone: a document can have anything in its labels. */
export function tooltipOf({ title, lines }: IHover): HTMLElement {
  const node = document.createElement('div');
  node.className = 'jp-DatalabsPipeline-hover';
  const head = document.createElement('div');
  head.className = 'jp-DatalabsPipeline-hoverTitle';
  head.textContent = title;
  node.append(
    head,
    ...lines.map(line => {
      const row = document.createElement('div');
      row.textContent = line;
      return row;
    })
  );
  return node;
}
