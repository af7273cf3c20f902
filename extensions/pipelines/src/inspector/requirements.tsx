import type { Edit, IRequirement, Json } from '@jupyter-datalabs/cwl';
import { classesOf } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import type { ISamples } from './expressions/field';
import { Section, SelectField, TextField } from './field';
import { useFocusRow } from './lists';
import { SchemaForm } from './schema-form';
import { readNumber, textOf } from './values';

type As = 'requirement' | 'hint';

/** Requirements and hints of a process, or of a step. */
export function Requirements(props: { requirements: readonly IRequirement[]; hints: readonly IRequirement[]; step?: string; samples: () => ISamples }): JSX.Element {
  const { requirements, hints, step, samples } = props;
  const { apply, isReadOnly, trans, version } = useInspecting();
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const { root, focus } = useFocusRow();
  const of = step === undefined ? {} : { step };
  const all = [...requirements.map(item => ({ item, as: 'requirement' as As })), ...hints.map(item => ({ item, as: 'hint' as As }))];
  const free = classesOf('ProcessRequirement', version).filter(name => !all.some(({ item }) => item.class === name));
  const id = React.useId();
  return (
    <Section title={trans.__('Requirements and hints')} count={all.length} isOpen={all.length > 0}>
      <div ref={root}>
        {all.map(({ item, as }, index) => (
          <Requirement
            key={`${as} ${item.class} ${all.slice(0, index).filter(other => other.item.class === item.class).length}`}
            item={item}
            as={as}
            of={of}
            samples={samples}
            onRemove={() => {
              focus(index);
              setRefusal(apply({ kind: 'remove-requirement', class: item.class, as, ...of }));
            }}
          />
        ))}
        {refusal && (
          <p className="jp-DatalabsPipeline-fieldRefusal" role="alert">
            {refusal}
          </p>
        )}
        {all.length === 0 && isReadOnly && <p className="jp-DatalabsPipeline-fieldHint">{trans.__('None')}</p>}
      </div>
      {!isReadOnly && (
        <div className="jp-DatalabsPipeline-field">
          <label className="jp-DatalabsPipeline-fieldLabel" htmlFor={id}>
            {trans.__('Add')}
          </label>
          <select
            id={id}
            className="jp-DatalabsPipeline-fieldSelect"
            value=""
            onChange={event => setRefusal(apply({ kind: 'set-requirement', class: event.target.value, value: START[event.target.value] ?? {}, as: 'requirement', ...of }))}
          >
            <option value="">{trans.__('Choose a requirement…')}</option>
            {free.map(name => (
              <option key={name} value={name}>
                {wordsOf(name)}
              </option>
            ))}
          </select>
        </div>
      )}
    </Section>
  );
}

/** What those need to be valid, which the schema demands. */
const START: { [name: string]: { [key: string]: Json } } = {
  EnvVarRequirement: { envDef: {} },
  InitialWorkDirRequirement: { listing: [] },
  InplaceUpdateRequirement: { inplaceUpdate: true },
  NetworkAccess: { networkAccess: true },
  SchemaDefRequirement: { types: [] },
  SoftwareRequirement: { packages: {} },
  ToolTimeLimit: { timelimit: 3600 },
  WorkReuse: { enableReuse: true }
};

const wordsOf = (name: string): string => name.replace(/Requirement$/, '').replace(/(?<=[a-z])[A-Z]/g, letter => ` ${letter.toLowerCase()}`);

function Requirement(props: { item: IRequirement; as: As; of: { step?: string }; samples: () => ISamples; onRemove: () => void }): JSX.Element {
  const { item, as, of, samples, onRemove } = props;
  const { apply, isReadOnly, trans } = useInspecting();
  const take = (field: string, value: Json | undefined): string | null => apply({ kind: 'set-requirement-field', class: item.class, field, value, as, ...of });
  const turn = (to: string): string | null => {
    const { class: _, ...value } = item.value;
    const edits: Edit[] = [
      { kind: 'remove-requirement', class: item.class, as, ...of },
      { kind: 'set-requirement', class: item.class, value, as: to as As, ...of }
    ];
    return apply(...edits);
  };
  const form = { take, value: item.value };
  return (
    <details className="jp-DatalabsPipeline-requirement" data-row="" open={item.class === 'DockerRequirement' || item.class === 'ResourceRequirement'}>
      <summary title={item.class}>
        {wordsOf(item.class) || trans.__('Without a class')}
        {as === 'hint' && <span className="jp-DatalabsPipeline-count">{trans.__('hint')}</span>}
      </summary>
      {item.class === 'DockerRequirement' ? (
        <Docker {...form} samples={samples} />
      ) : item.class === 'ResourceRequirement' ? (
        <Resources {...form} />
      ) : (
        <SchemaForm record={item.class} {...form} samples={samples} />
      )}
      {!isReadOnly && (
        <>
          <SelectField
            label={trans.__('Needed')}
            value={as}
            options={[
              { value: 'requirement', label: trans.__('Required') },
              { value: 'hint', label: trans.__('Where possible (hint)') }
            ]}
            take={turn}
          />
          <button type="button" className="jp-DatalabsButton" aria-label={trans.__('Remove %1', wordsOf(item.class))} onClick={onRemove}>
            {trans.__('Remove')}
          </button>
        </>
      )}
    </details>
  );
}

interface IFormProps {
  value: { [key: string]: Json };
  take: (field: string, value: Json | undefined) => string | null;
}

function Docker(props: IFormProps & { samples: () => ISamples }): JSX.Element {
  const { value, take } = props;
  const { trans } = useInspecting();
  return (
    <>
      <TextField
        label={trans.__('Image')}
        name="dockerPull"
        hint={trans.__('As docker.io/library/debian:12, best with a tag or digest')}
        placeholder={trans.__('None')}
        isCode
        isLong={false}
        value={textOf(value['dockerPull'])}
        take={text => take('dockerPull', text.trim() === '' ? undefined : text.trim())}
      />
      <details className="jp-DatalabsPipeline-more">
        <summary>{trans.__('Other ways to an image')}</summary>
        <SchemaForm record="DockerRequirement" {...props} besides={['dockerPull']} />
      </details>
    </>
  );
}

function Resources(props: IFormProps): JSX.Element {
  const { value, take } = props;
  const { trans } = useInspecting();
  const rows = [
    { name: 'cores', label: trans.__('Cores') },
    { name: 'ram', label: trans.__('Memory, MiB') },
    { name: 'tmpdir', label: trans.__('Scratch, MiB') },
    { name: 'outdir', label: trans.__('Output, MiB') }
  ];
  return (
    <div className="jp-DatalabsPipeline-resources">
      {rows.flatMap(({ name, label }) =>
        ['Min', 'Max'].map(end => (
          <TextField
            key={name + end}
            label={end === 'Min' ? trans.__('%1, at least', label) : trans.__('%1, at most', label)}
            name={name + end}
            isLong={false}
            inputMode="decimal"
            value={textOf(value[name + end])}
            take={text => {
              const number = readNumber(text.trim());
              if (typeof number === 'number' && number < 0) {
                return trans.__('Less than nothing cannot be asked for.');
              }
              return typeof number === 'string' && number !== '' && !/\$[({]/.test(number)
                ? trans.__('Write a number, or an expression as $(inputs.threads).')
                : take(name + end, number === '' ? undefined : number);
            }}
          />
        ))
      )}
    </div>
  );
}
