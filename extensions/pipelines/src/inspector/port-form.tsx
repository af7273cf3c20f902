import type { IPort, IWorkflowOutput, Json, PortField, PrimitiveName } from '@jupyter-datalabs/cwl';
import { fieldsOf, inputId, outputId, symbolsOf } from '@jupyter-datalabs/cwl';
import * as React from 'react';
import { useInspecting } from './context';
import { DefaultField } from './default-field';
import { sampleInputs, sampleOf } from './expressions/sample';
import { CheckField, Section, SelectField, TextField } from './field';
import { JsonField, ListField } from './lists';
import { SchemaForm } from './schema-form';
import { SinkFields } from './sink-form';
import { TypeField } from './type-field';
import { fieldValue, isMap, listOf, textOf } from './values';
import { toValue } from './written';

const isSink = (port: IPort): port is IWorkflowOutput => 'links' in port;

/** An input or an output of a workflow or of a tool. */
export function PortForm(props: { port: IPort; side: 'input' | 'output' }): JSX.Element {
  const { port, side } = props;
  const { apply, isReadOnly, process, rename, trans, version } = useInspecting();
  const { id } = port;
  const isInput = side === 'input';
  const ref = isInput ? { input: id } : { output: id };
  const written = toValue(port.node);
  const set = (field: PortField, value: Json | undefined): string | null => apply({ kind: 'set-port-field', port: ref, field, value });
  const isTool = process.class === 'CommandLineTool';
  const known = fieldsOf(isTool ? (isInput ? 'CommandInputParameter' : 'CommandOutputParameter') : 'WorkflowOutputParameter', version);
  const streams: PrimitiveName[] = !isTool ? [] : isInput ? (version === 'v1.0' ? [] : ['stdin']) : ['stdout', 'stderr'];
  const streamable = fieldValue(written, 'streamable') === true;
  const loads = isInput && version !== 'v1.0';
  return (
    <>
      <TextField
        label={trans.__('Name')}
        name="id"
        isLong={false}
        value={id}
        take={text =>
          rename(isInput ? { kind: 'rename-input', input: id, id: text } : { kind: 'rename-output', output: id, id: text }, isInput ? inputId(text) : outputId(text))
        }
      />
      <TypeField
        value={port.type.value}
        type={port.type.type}
        streams={streams}
        take={type => apply(isInput ? { kind: 'retype-input', input: id, type } : { kind: 'retype-output', output: id, type })}
      />
      {isSink(port) && <SinkFields sink={port} field="outputSource" to={{ output: id }} />}
      {isInput && <DefaultField type={port.type.type} value={port.default?.value} take={value => set('default', value)} />}
      <TextField label={trans.__('Label')} name="label" value={port.label ?? ''} take={text => set('label', text === '' ? undefined : text)} />
      <TextField label={trans.__('Description')} name="doc" isLong value={port.doc ?? ''} take={text => set('doc', text === '' ? undefined : text)} />
      <Section title={trans.__('Files')} isOpen={port.format !== null || port.secondaryFiles !== null || streamable}>
        <Formats port={port} take={value => set('format', value)} />
        <SecondaryFiles value={port.secondaryFiles?.value} take={value => set('secondaryFiles', value)} />
        <CheckField label={trans.__('Can be streamed')} name="streamable" hint={trans.__('Read or written once, from the start to the end')} value={streamable} take={value => set('streamable', value || undefined)} />
        {loads && (
          <>
            <CheckField
              label={trans.__('Load contents')}
              name="loadContents"
              hint={trans.__('The first 64 KiB, for expressions')}
              value={fieldValue(written, 'loadContents') === true}
              take={value => set('loadContents', value || undefined)}
            />
            <SelectField
              label={trans.__('Load listing')}
              name="loadListing"
              value={textOf(fieldValue(written, 'loadListing'))}
              options={[{ value: '', label: trans.__('Not set') }, ...(symbolsOf('LoadListingEnum', version) ?? []).map(symbol => ({ value: symbol, label: symbol }))]}
              take={text => set('loadListing', text === '' ? undefined : text)}
            />
          </>
        )}
      </Section>
      {isTool && known.has(isInput ? 'inputBinding' : 'outputBinding') && (!isReadOnly || isMap(written)) && <Binding port={port} written={written} isInput={isInput} set={set} />}
    </>
  );
}

/** How an input gets into the command, or where an output is found. */
function Binding(props: { port: IPort; written: Json; isInput: boolean; set: (field: PortField, value: Json | undefined) => string | null }): JSX.Element {
  const { port, written, isInput, set } = props;
  const { process, isReadOnly, trans } = useInspecting();
  const field = isInput ? 'inputBinding' : 'outputBinding';
  const value = fieldValue(written, field);
  const title = isInput ? trans.__('On the command line') : trans.__('Where it is found');
  const samples = () => ({
    inputs: sampleInputs(process.inputs),
    self: isInput ? sampleOf(port.type.type, port.id) : [sampleOf({ kind: 'primitive', name: 'File' }, port.id)]
  });
  if (value !== undefined && !isMap(value)) {
    return <JsonField label={title} name={field} value={value} take={made => set(field, made)} />;
  }
  return (
    <Section title={title} isOpen={value !== undefined}>
      {isInput && !isReadOnly && (
        <CheckField
          label={trans.__('Is an argument of the command')}
          name={field}
          value={value !== undefined}
          take={wanted => set(field, wanted ? { position: process.inputs.indexOf(port) + 1 } : undefined)}
        />
      )}
      {(value !== undefined || !isInput) && (
        <SchemaForm
          record={isInput ? 'CommandLineBinding' : 'CommandOutputBinding'}
          value={value ?? {}}
          samples={samples}
          take={(name, made) => {
            const { [name]: _, ...rest } = value ?? {};
            const next: { [key: string]: Json } = made === undefined ? rest : { ...(value ?? {}), [name]: made };
            return set(field, !isInput && Object.keys(next).length === 0 ? undefined : next);
          }}
        />
      )}
    </Section>
  );
}

function Formats(props: { port: IPort; take: (value: Json | undefined) => string | null }): JSX.Element {
  const { port, take } = props;
  const { trans } = useInspecting();
  const value = port.format?.value;
  const shared = { label: trans.__('Format'), name: 'format' };
  return Array.isArray(value) ? (
    <ListField {...shared} value={value} add={trans.__('Add format')} take={items => take(items.length > 0 ? items : undefined)} />
  ) : (
    <TextField {...shared} hint={trans.__('An IRI, as edam:format_2572')} isCode value={textOf(value)} take={text => take(text === '' ? undefined : text)} />
  );
}

/** Patterns; a single one stays single. */
export function SecondaryFiles(props: { value: Json | undefined; take: (value: Json | undefined) => string | null }): JSX.Element {
  const { value, take } = props;
  const { trans } = useInspecting();
  return (
    <ListField
      label={trans.__('Secondary files')}
      name="secondaryFiles"
      hint={trans.__('As .bai, ^.dict, or .tbi? for one that may be missing')}
      isCode
      add={trans.__('Add secondary file')}
      value={listOf(value)}
      take={items => take(items.length === 0 ? undefined : items.length === 1 && !Array.isArray(value) ? items[0] : items)}
    />
  );
}
