import type { Json } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { ExpressionField } from './expressions/field';
import type { ISamples } from './expressions/field';
import { Section, TextField } from './field';
import { ListField } from './lists';
import { fieldValue, listOf, textOf } from './values';
import { toValue } from './written';

/** What only tools have. */
export function ToolFields(props: { samples: () => ISamples }): JSX.Element | null {
  const { samples } = props;
  const { apply, process, trans } = useInspecting();
  const written = React.useMemo(() => toValue(process.node), [process]);
  if (process.class === 'ExpressionTool') {
    return (
      <ExpressionField
        label={trans.__('Expression')}
        name="expression"
        hint={trans.__('Gives a map of the outputs by name')}
        value={textOf(fieldValue(written, 'expression'))}
        take={text => apply({ kind: 'set-expression', expression: text })}
        samples={samples}
      />
    );
  }
  return process.class === 'CommandLineTool' ? <Command written={written} samples={samples} /> : null;
}

function Command(props: { written: Json; samples: () => ISamples }): JSX.Element {
  const { written, samples } = props;
  const { apply, trans } = useInspecting();
  const base = fieldValue(written, 'baseCommand');
  const streams = [
    { stream: 'stdin', label: trans.__('Standard input') },
    { stream: 'stdout', label: trans.__('Standard output') },
    { stream: 'stderr', label: trans.__('Standard error') }
  ] as const;
  const exits = [
    { field: 'successCodes', label: trans.__('Success') },
    { field: 'temporaryFailCodes', label: trans.__('Failure that may pass') },
    { field: 'permanentFailCodes', label: trans.__('Failure') }
  ] as const;
  const hasExits = exits.some(({ field }) => fieldValue(written, field) !== undefined);
  return (
    <Section title={trans.__('Command')}>
      <ListField
        label={trans.__('Command')}
        name="baseCommand"
        isCode
        add={trans.__('Add word')}
        value={listOf(base)}
        take={items => {
          const words = items.map(textOf);
          return apply({ kind: 'set-base-command', baseCommand: words.length === 0 ? null : words.length === 1 && !Array.isArray(base) ? words[0]! : words });
        }}
      />
      <ListField
        label={trans.__('Arguments')}
        name="arguments"
        hint={trans.__('In order; those with a position or prefix are maps')}
        isCode
        add={trans.__('Add argument')}
        value={listOf(fieldValue(written, 'arguments'))}
        take={items => apply({ kind: 'set-arguments', arguments: items })}
      />
      {streams.map(({ stream, label }) => (
        <ExpressionField
          key={stream}
          label={label}
          name={stream}
          value={textOf(fieldValue(written, stream))}
          take={text => apply({ kind: 'set-stdio', stream, value: text === '' ? null : text })}
          samples={samples}
        />
      ))}
      <details className="jp-DatalabsPipeline-more" open={hasExits}>
        <summary>{trans.__('Exit codes')}</summary>
        {exits.map(({ field, label }) => (
          <TextField
            key={field}
            label={label}
            name={field}
            isLong={false}
            value={listOf(fieldValue(written, field)).map(textOf).join(', ')}
            placeholder={trans.__('As 0, 1')}
            take={text => {
              const codes = text.split(/[\s,]+/).filter(part => part !== '').map(Number);
              return codes.every(Number.isInteger) ? apply({ kind: 'set-exit-codes', field, codes: codes.length > 0 ? codes : null }) : trans.__('Exit codes are whole numbers.');
            }}
          />
        ))}
      </details>
    </Section>
  );
}
