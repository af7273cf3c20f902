import { nullTranslator } from '@jupyterlab/translation';
import { progressOf, startingMessage } from '../messages';
import { session as model } from './fixtures';

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
