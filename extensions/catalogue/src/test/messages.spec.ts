import { nullTranslator } from '@jupyterlab/translation';
import { cardText, failureText, progressOf, SHOWN_LENGTH, startingMessage, volumesText } from '../messages';
import { datalab, session as model } from './fixtures';

const trans = nullTranslator.load('test');
const at = (step: string, done: string[]) => ({
  pending: 'spawn' as const,
  ready: false,
  step: step as never,
  steps: [...done.map(name => ({ step: name as never, startedAt: '', endedAt: '' })), { step: step as never, startedAt: '', endedAt: null }]
});
const medians = [{ step: 'mounting', ms: 1000 }, { step: 'starting', ms: 3000 }] as never;

describe('the line of a start', () => {
  it('tells the place in the queue, and what a start usually takes', () => {
    const line = (change: object, seconds: number): string =>
      startingMessage(trans, { title: 'TOPCAT', session: model('topcat', change), seconds, offline: false });
    expect(line({ ...at('queued', []), place: { place: 2, of: 5 }, medians }, 3)).toBe('Starting TOPCAT: waiting its turn, place 2 of 5 (3 s)');
    expect(line({ ...at('starting', ['mounting']), medians }, 2)).toBe('Starting TOPCAT: starting its programs (2 s, usually 4 s)');
    expect(line(at('starting', ['mounting']), 2)).toBe('Starting TOPCAT: starting its programs (2 s)');
  });

  it('moves its bar as the steps usually take', () => {
    expect(progressOf(model('topcat', { ...at('starting', ['queued', 'mounting']), medians }))).toBe(0.25);
    expect(progressOf(model('topcat', at('ready', [])))).toBe(1);
    expect(progressOf(model('topcat', { pending: null }))).toBe(0);
  });
});

it('says what to do only where there is room for all of it', () => {
  const problem = { code: 'home-full' as const, status: 507, detail: 'Your home is full: 12.1 MiB of 10.0 MiB are used.', action: 'Make room.' };
  expect(failureText(trans, 'Euclid did not start', problem)).toBe('Euclid did not start. Your home is full: 12.1 MiB of 10.0 MiB are used. Make room.');
  const long = { ...problem, action: 'Make room in “Files in your home”, or choose safe start, which writes nothing there by itself.' };
  expect(failureText(trans, 'Euclid did not start', long)).toBe('Euclid did not start. Your home is full: 12.1 MiB of 10.0 MiB are used.');
  expect(SHOWN_LENGTH).toBe(140);
});

it('tells which volumes were chosen for a session, and what it started without', () => {
  const lines = (change: object): string[] => volumesText(trans, model('euclid', change));
  expect(lines({})).toEqual([]);
  expect(lines({ user_options: { volumes: [] } })).toEqual(['Volumes chosen: none']);
  expect(lines({ user_options: { volumes: ['gaia_dr3', 'hst'] }, without: [{ volume: 'hst', title: 'Hubble', reason: 'x' }] })).toEqual([
    'Volumes chosen: gaia_dr3, hst',
    'Started without Hubble, which did not answer'
  ]);
});

it('writes on a card as much of a title as there is room for, and always the kind', () => {
  const card = (title: string): string => cardText(trans, datalab('euclid', { title, kind: 'web' }));
  expect(card('Euclid')).toBe('Euclid\nWeb application');
  expect(card('Photometric Redshift Explorer of the Wide and Deep Survey Fields Collaboration')).toBe('Photometric Redshift Explorer of…\nWeb application');
  expect(card('x'.repeat(60))).toBe(`${'x'.repeat(33)}…\nWeb application`);
});
