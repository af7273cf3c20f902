import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { Signal } from '@lumino/signaling';
import { whenListed } from '../listed';

/** A file browser, and what its folder has. */
function browserOf(...names: string[]): { browser: IDefaultFileBrowser; show: (...names: string[]) => void } {
  const model = { items: () => names.map(name => ({ name })).values(), refreshed: null as unknown as Signal<object, void> };
  model.refreshed = new Signal<object, void>(model);
  return {
    browser: { model } as unknown as IDefaultFileBrowser,
    show: (...next) => {
      names = next;
      model.refreshed.emit();
    }
  };
}

describe('whenListed', () => {
  const idle: (() => void)[] = [];

  beforeEach(() => {
    idle.length = 0;
    Object.assign(globalThis, { requestIdleCallback: (callback: () => void) => idle.push(callback), cancelIdleCallback: (id: number) => (idle[id - 1] = () => undefined) });
  });

  const rest = (): void => idle.splice(0).forEach(callback => callback());

  it('calls once the page is idle, for what is in the folder', () => {
    const called = jest.fn();
    whenListed(browserOf('a.txt', 'b.cwl').browser, '.cwl', called);
    expect(called).not.toHaveBeenCalled();
    rest();
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('waits for a folder that has one, and calls once', () => {
    const called = jest.fn();
    const { browser, show } = browserOf('a.txt', 'cwl');
    whenListed(browser, '.cwl', called);
    show('c.txt');
    rest();
    expect(called).not.toHaveBeenCalled();
    show('d.cwl');
    show('e.cwl');
    rest();
    expect(called).toHaveBeenCalledTimes(1);
  });

  it('is silent once it is disposed of', () => {
    const called = jest.fn();
    const { browser, show } = browserOf();
    const one = whenListed(browser, '.cwl', called);
    const other = whenListed(browser, '.cwl', called);
    one.dispose();
    show('d.cwl');
    other.dispose();
    rest();
    expect(called).not.toHaveBeenCalled();
  });
});
