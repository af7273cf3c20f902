import { DomainError } from '../../domain/errors.js';
import { amountText } from '../../domain/sizes.js';
import type { SessionView } from '../sessions/types.js';

/** Sessions named in a sentence; it says how many more there are. JupyterLab's notifications end after 140 characters: the words are few. */
const MOST_NAMED = 5;

export interface Limit {
  value: number;
  origin: string;
}

/** Whose sessions they are, to who reads it. */
export interface Whom {
  have: string;
  your: string;
  you: string;
}

export const YOU: Whom = { have: 'You have', your: 'your', you: 'you' };

export function somebody(user: string): Whom {
  return { have: `${user} has`, your: `${user}'s`, you: user };
}

export function tooManySessions(whom: Whom, others: readonly SessionView[], limit: Limit): DomainError {
  if (limit.value === 0) {
    return refusal(`No session can be started, because 0 is ${whose(whom, limit)}.`, 'Ask an admin for more.');
  }
  return refusal(`${whom.have} ${sessions(others)} running (${names(others)}), and ${limit.value} is ${whose(whom, limit)}.`, stopSome(others, others.length + 1 - limit.value));
}

export function tooMuch(whom: Whom, what: 'cpu' | 'memory', options: { title: string; needed: number; held: number; others: readonly SessionView[]; limit: Limit }): DomainError {
  const { title, needed, held, others, limit } = options;
  const figure = what === 'cpu' ? String : amountText;
  const needs = what === 'cpu' ? `${needed} ${needed === 1 ? 'CPU' : 'CPUs'}` : `${amountText(needed)} of memory`;
  if (needed > limit.value) {
    return refusal(`${title} needs ${needs}, and ${figure(limit.value)} is ${whose(whom, limit)}.`, 'Choose a datalab that needs less, or ask an admin for more.');
  }
  const yours = others.length === 1 ? `session (${names(others)}) has` : `${sessions(others)} (${names(others)}) have`;
  return refusal(`${title} needs ${needs}, ${whom.your} ${yours} ${figure(held)}, and ${figure(limit.value)} is ${whose(whom, limit)}.`, stopSome(others));
}

const refusal = (message: string, action: string): DomainError => new DomainError('quota', message, { action });

const sessions = ({ length }: readonly unknown[]): string => `${length} ${length === 1 ? 'session' : 'sessions'}`;

function whose({ you, your }: Whom, { origin }: Limit): string {
  return origin === 'user' ? `the limit set for ${you}` : origin === 'default' ? 'the limit on this hub' : `the limit ${your} group ${origin.replace(/^group:/, '')} allows`;
}

/** By title, and by name where several have the same. */
function names(views: readonly SessionView[]): string {
  const named = views.slice(0, MOST_NAMED).map(({ title, name, state }) => {
    const several = views.filter(view => view.title === title).length > 1;
    return `${title}${several ? ` "${name || 'home'}"` : ''}${state === 'stopping' ? ', being stopped' : ''}`;
  });
  return [...named, ...(views.length > MOST_NAMED ? [`${views.length - MOST_NAMED} more`] : [])].join(named.some(text => text.includes(',')) ? '; ' : ', ');
}

/** How many have to go, where that is known. One that is being stopped counts until it is gone, but nobody need do anything about it. */
function stopSome(views: readonly SessionView[], count?: number): string {
  const going = views.filter(view => view.state === 'stopping').length;
  if (going >= (count ?? views.length)) {
    return 'Try again in a few seconds.';
  }
  const left = count && count - going;
  const which = views.length === 1 ? 'it' : left === views.length ? 'them' : `${left === undefined ? 'one or more' : left === 1 ? 'one' : left} of them`;
  return `Stop ${which} first.`;
}
