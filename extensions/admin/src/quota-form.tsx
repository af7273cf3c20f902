import { AMOUNT, toProblem } from '@jupyter-datalabs/hub-client';
import type { GroupQuota, IProblemInfo, Quota, UserQuota } from '@jupyter-datalabs/hub-client';
import { ProblemView, sizeText } from '@jupyter-datalabs/ui';
import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { FormDialog, tellFailure } from './dialogs';
import type { AdminModel } from './model';
import { amountText, originText } from './words';

const KEYS = ['sessions', 'cpu', 'memory', 'home'] as const;
type Key = (typeof KEYS)[number];
export type Entered = Record<Key, string>;

/** What was entered, as a quota, or why it cannot be one. An empty field limits nothing. */
export function parseQuota(entered: Entered, trans: TranslationBundle): { quota: Quota | null; errors: Partial<Record<Key, string>> } {
  const errors: Partial<Record<Key, string>> = {};
  const text = (key: Key): string => entered[key].trim();
  const number = (key: 'sessions' | 'cpu', most: number, whole: boolean): number | null => {
    if (text(key) === '') {
      return null;
    }
    const value = Number(text(key).replace(',', '.'));
    if (!Number.isFinite(value) || value < 0 || value > most || (whole && !Number.isInteger(value))) {
      errors[key] = whole ? trans.__('Enter a whole number from 0 to %1, or nothing.', most.toLocaleString()) : trans.__('Enter a number from 0 to %1, or nothing.', most.toLocaleString());
    }
    return value;
  };
  const amount = (key: 'memory' | 'home'): string | null => {
    // As people write it: "8 GiB" is 8Gi.
    const value = text(key).replace(/\s+/g, '').replace(/B$/i, '').replace(/([kmg])(i?)$/i, (_, unit: string, binary: string) => unit.toUpperCase() + binary.toLowerCase());
    if (value === '') {
      return null;
    }
    if (!AMOUNT.test(value)) {
      errors[key] = trans.__('Enter an amount such as 8Gi or 500Mi, or nothing.');
    }
    return value;
  };
  const quota = { sessions: number('sessions', 100_000, true), cpu: number('cpu', 1_000_000, false), memory: amount('memory'), home: amount('home') };
  return { quota: Object.keys(errors).length === 0 ? quota : null, errors };
}

/** What the form of a quota holds while it is open. */
export class QuotaForm {
  constructor(
    own: Quota | null,
    private readonly _send: (quota: Quota) => Promise<void>,
    private readonly _trans: TranslationBundle
  ) {
    this.entered = Object.fromEntries(KEYS.map(key => [key, own?.[key] === null || own?.[key] === undefined ? '' : String(own[key])])) as Entered;
  }

  readonly changed = new Signal<this, void>(this);
  entered: Entered;
  /** Shown from the first attempt to send on. */
  errors: Partial<Record<Key, string>> = {};
  problem: IProblemInfo | null = null;
  private _tried = false;

  enter(key: Key, value: string): void {
    this.entered = { ...this.entered, [key]: value };
    if (this._tried) {
      this.errors = parseQuota(this.entered, this._trans).errors;
    }
    this.changed.emit();
  }

  /** True once the hub has taken it. */
  async submit(): Promise<boolean> {
    const { quota, errors } = parseQuota(this.entered, this._trans);
    this._tried = true;
    this.errors = errors;
    this.problem = null;
    try {
      if (quota) {
        await this._send(quota);
      }
    } catch (error) {
      this.problem = toProblem(error);
    }
    this.changed.emit();
    return quota !== null && this.problem === null;
  }
}

export function QuotaFields(props: { form: QuotaForm; quota: UserQuota | GroupQuota; trans: TranslationBundle }): JSX.Element {
  const { form, quota, trans } = props;
  const [, render] = React.useReducer((count: number) => count + 1, 0);
  const prefix = React.useId();
  const node = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const update = (): void => render();
    form.changed.connect(update);
    return () => void form.changed.disconnect(update);
  }, [form]);
  const wrong = Object.keys(form.errors).join();
  React.useEffect(() => node.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [wrong]);
  const labels: Record<Key, string> = { sessions: trans.__('Sessions at the same time'), cpu: trans.__('CPUs'), memory: trans.__('Memory'), home: trans.__('Size of the home') };
  return (
    <div className="jp-DatalabsAdmin-form" ref={node}>
      {form.problem && <ProblemView problem={form.problem} trans={trans} />}
      {KEYS.map(key => {
        const id = `${prefix}-${key}`;
        const error = form.errors[key];
        return (
          <div key={key} className="jp-DatalabsAdmin-field">
            <label htmlFor={id}>{labels[key]}</label>
            <input
              id={id}
              className="jp-mod-styled"
              inputMode={key === 'sessions' ? 'numeric' : undefined}
              placeholder={key === 'memory' || key === 'home' ? trans.__('such as 8Gi') : ''}
              value={form.entered[key]}
              aria-invalid={error !== undefined}
              aria-describedby={`${id}-hint${error ? ` ${id}-error` : ''}`}
              onChange={event => form.enter(key, event.target.value)}
            />
            {error && (
              <span id={`${id}-error`} className="jp-DatalabsAdmin-error" role="alert">
                {error}
              </span>
            )}
            <span id={`${id}-hint`} className="jp-DatalabsAdmin-hint">
              {hint(trans, key, quota)}
            </span>
          </div>
        );
      })}
      <p className="jp-DatalabsAdmin-hint">{trans.__('An empty field sets nothing of its own. What runs goes on, even above a limit.')}</p>
    </div>
  );
}

function hint(trans: TranslationBundle, key: Key, quota: UserQuota | GroupQuota): string {
  if (!('effective' in quota)) {
    return '';
  }
  const { used, effective } = quota;
  const parts = {
    sessions: trans.__('Used: %1', used.sessions),
    cpu: trans.__('Used: %1', used.cpu),
    memory: trans.__('Used: %1', sizeText(used.memoryBytes)),
    home: used.homeBytes === null ? trans.__('Not measured') : trans.__('Used: %1', sizeText(used.homeBytes))
  };
  const limit = effective[key];
  const text = limit ? trans.__('Limit: %1 (%2)', typeof limit.value === 'string' ? amountText(limit.value) : limit.value, originText(trans, limit.origin)) : trans.__('No limit');
  return `${parts[key]}. ${text}.`;
}

/** Asks for the quota of a user or a group. */
export async function editQuota(model: AdminModel, kind: 'user' | 'group', name: string, trans: TranslationBundle): Promise<void> {
  let quota: UserQuota | GroupQuota;
  try {
    quota = await model.readQuota(kind, name);
  } catch (error) {
    tellFailure(trans, trans.__('The quota of %1 could not be read.', name), error);
    return;
  }
  const form = new QuotaForm(quota.own, entered => model.setQuota(kind, name, entered), trans);
  const body = ReactWidget.create(<QuotaFields form={form} quota={quota} trans={trans} />);
  body.addClass('jp-DatalabsAdminDialog');
  const dialog = new FormDialog(
    {
      title: kind === 'user' ? trans.__('Quota of %1', name) : trans.__('Quota of each member of %1', name),
      body,
      buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Save') })],
      defaultButton: 1,
      focusNodeSelector: 'input'
    },
    () => form.submit()
  );
  await dialog.launch();
}
