import type { OwnedSession, Quota, Role, UserQuota } from '@jupyter-datalabs/hub-client';
import type { TranslationBundle } from '@jupyterlab/translation';

export function stateWord(trans: TranslationBundle, state: OwnedSession['state']): string {
  switch (state) {
    case 'queued':
      return trans.__('Waiting');
    case 'starting':
      return trans.__('Starting');
    case 'ready':
      return trans.__('Running');
    case 'stopping':
      return trans.__('Stopping');
    case 'stopped':
      return trans.__('Stopped');
    case 'failed':
      return trans.__('Failed');
  }
}

export function roleWord(trans: TranslationBundle, role: Role): string {
  switch (role) {
    case 'user':
      return trans.__('User');
    case 'author':
      return trans.__('Author');
    case 'reviewer':
      return trans.__('Reviewer');
    case 'admin':
      return trans.__('Administrator');
  }
}

/** What a session is called: by default like its datalab, and then said once. */
export function sessionTitle({ title, name }: OwnedSession): string {
  return name === '' || name.toLowerCase() === title.toLowerCase() ? title : `${title} (${name})`;
}

export function duration(trans: TranslationBundle, seconds: number): string {
  if (seconds < 10) {
    return trans.__('%1 s', seconds.toFixed(1));
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 2) {
    return trans.__('%1 s', Math.round(seconds));
  }
  if (minutes < 120) {
    return trans.__('%1 min', minutes);
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? trans.__('%1 h', hours) : trans.__('%1 days', Math.floor(hours / 24));
}

/** The parts of a quota that limit something. */
export function quotaText(trans: TranslationBundle, quota: UserQuota | { own: Quota | null }): string {
  const value = <K extends keyof Quota>(key: K): Quota[K] => ('effective' in quota ? (quota.effective[key]?.value as Quota[K] | undefined) : quota.own?.[key]) ?? (null as Quota[K]);
  const [sessions, cpu, memory, home] = [value('sessions'), value('cpu'), value('memory'), value('home')];
  const parts = [
    sessions === null ? null : trans._n('%1 session', '%1 sessions', sessions),
    cpu === null ? null : trans.__('%1 CPU', cpu),
    memory === null ? null : trans.__('%1 memory', amountText(memory)),
    home === null ? null : trans.__('%1 home', amountText(home))
  ];
  return parts.filter(part => part !== null).join(', ') || trans.__('No limit');
}

/** `8Gi` as people write it. */
export function amountText(amount: string): string {
  const match = /^([\d.]+)(Ki|Mi|Gi|K|M|G)?$/.exec(amount);
  return match ? `${match[1]} ${match[2] ?? ''}B` : amount;
}

/** Whose entry of a quota counts. */
export function originText(trans: TranslationBundle, origin: string): string {
  if (origin === 'user') {
    return trans.__('own');
  }
  return origin.startsWith('group:') ? trans.__('from group %1', origin.slice('group:'.length)) : trans.__('default of the hub');
}

/** A time of the hub's, in full. */
export function exact(at: string): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
}
