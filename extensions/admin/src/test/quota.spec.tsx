import { nullTranslator } from '@jupyterlab/translation';
import { parseQuota, QuotaForm } from '../quota-form';
import type { Entered } from '../quota-form';
import { amountText, quotaText } from '../words';
import { problem } from './fixtures';

const trans = nullTranslator.load('');
const entered = (change: Partial<Entered>): Entered => ({ sessions: '', cpu: '', memory: '', home: '', ...change });

describe('a quota as it is entered', () => {
  it('takes numbers and amounts as people write them; nothing limits nothing', () => {
    expect(parseQuota(entered({}), trans)).toEqual({ quota: { sessions: null, cpu: null, memory: null, home: null }, errors: {} });
    expect(parseQuota(entered({ sessions: ' 3 ', cpu: '1,5', memory: '8 GiB', home: '500mi' }), trans).quota).toEqual({ sessions: 3, cpu: 1.5, memory: '8Gi', home: '500Mi' });
    expect(parseQuota(entered({ sessions: '0' }), trans).quota).toMatchObject({ sessions: 0 });
  });

  it.each([
    ['sessions', 'two'], ['sessions', '1.5'], ['sessions', '-1'], ['sessions', '100001'], ['cpu', 'much'], ['cpu', '-0.1'], ['memory', '8 elephants'], ['home', '-1Gi'], ['home', 'Gi']
  ] as const)('%s: "%s" is wrong', (key, value) => {
    const { quota, errors } = parseQuota(entered({ [key]: value }), trans);
    expect(quota).toBeNull();
    expect(Object.keys(errors)).toEqual([key]);
  });

  it('sends nothing that is wrong, says what the hub refuses, and keeps what was entered', async () => {
    const send = jest.fn(async () => undefined);
    const form = new QuotaForm({ sessions: 3, cpu: null, memory: '8Gi', home: null }, send, trans);
    expect(form.entered).toEqual({ sessions: '3', cpu: '', memory: '8Gi', home: '' });
    form.enter('sessions', 'many');
    expect(form.errors).toEqual({});
    expect(await form.submit()).toBe(false);
    expect(send).not.toHaveBeenCalled();
    expect(Object.keys(form.errors)).toEqual(['sessions']);
    form.enter('sessions', '4');
    expect(form.errors).toEqual({});
    send.mockRejectedValueOnce(problem('forbidden', 403, 'Not allowed.'));
    expect(await form.submit()).toBe(false);
    expect(form.problem).toMatchObject({ detail: 'Not allowed.' });
    expect(form.entered.sessions).toBe('4');
    expect(await form.submit()).toBe(true);
    expect(send).toHaveBeenLastCalledWith({ sessions: 4, cpu: null, memory: '8Gi', home: null });
  });

  it('is told in words', () => {
    expect(quotaText(trans, { own: null })).toBe('No limit');
    expect(quotaText(trans, { own: { sessions: 1, cpu: 2, memory: '8Gi', home: '500M' } })).toBe('1 session, 2 CPU, 8 GiB memory, 500 MB home');
    expect([amountText('2Gi'), amountText('100')]).toEqual(['2 GiB', '100 B']);
  });
});
