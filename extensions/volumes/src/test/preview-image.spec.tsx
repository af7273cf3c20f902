import type { IFileImage, IPixel } from '@jupyter-datalabs/hub-client';
import { nullTranslator } from '@jupyterlab/translation';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import { ImageModel } from '../preview/image-model';
import { fittingSheet, placeOf, spotAt, windowSheet } from '../preview/image-place';
import { imageLine, pixelLine, worldText } from '../preview/image-words';
import { Preview } from '../preview/widget';
import { FakeFiles, fits, hdu, picture, problem, settle } from './preview-fakes';

const trans = nullTranslator.load('');
const file = { volume: 'v', path: 'a' };
const info = (change: Partial<IFileImage['info']> = {}): IFileImage['info'] => picture('', change).info;

beforeEach(() => {
  jest.useFakeTimers();
  Object.assign(URL, { createObjectURL: () => 'blob:x', revokeObjectURL: () => undefined });
});
afterEach(() => jest.useRealTimers());

const later = (): Promise<void> => settle(() => void jest.advanceTimersByTime(1000));

describe('the place of a pixel', () => {
  it('is counted from the lower left of a FITS image, whose picture shows blocks of it', () => {
    // 400 × 300 pixels in a picture of 200 × 150.
    expect(spotAt(info(), 0, 0.999)).toEqual({ x: 0, y: 0 });
    expect(spotAt(info(), 0.999, 0)).toEqual({ x: 399, y: 299 });
    expect(spotAt(info({ shape: [299, 399] }), 0.999, 0)).toEqual({ x: 398, y: 298 });
    expect(spotAt(info(), 0.5, 0.5)).toEqual({ x: 200, y: 149 });
    expect(spotAt(info(), 1, 0)).toBeNull();
    expect(spotAt(info(), -0.01, 0)).toBeNull();
    expect(spotAt(info({ origin: 'upper' }), 0, 0)).toEqual({ x: 0, y: 0 });
  });

  it.each([info(), info({ step: 1, left: 100, bottom: 50, size: [100, 90] })])('is found again where it is shown', about => {
    for (const spot of [{ x: 120, y: 51 }, { x: 189, y: 149 }]) {
      const { across, down } = placeOf(about, spot)!;
      expect(spotAt(about, across, down)).toEqual(spot);
    }
  });

  it('that is looked at is in the middle of the frame', () => {
    const about = info({ step: 1, left: 100, bottom: 50, size: [100, 90] });
    const { left, top, width, height } = windowSheet(about, { width: 60, height: 40 }, { x: 130, y: 80 });
    expect(spotAt(about, (30 - left!) / width, (20 - top!) / height)).toEqual({ x: 130, y: 80 });
  });

  it('a picture fits its frame, and one with colours of its own is not enlarged', () => {
    expect(fittingSheet(info(), { width: 400, height: 150 })).toEqual({ width: 200, height: 150 });
    expect(fittingSheet(info(), { width: 400, height: 600 })).toEqual({ width: 400, height: 300 });
    expect(fittingSheet(info(), { width: 400, height: 600 }, 1)).toEqual({ width: 200, height: 150 });
  });
});

describe('native pixels', () => {
  async function looking(): Promise<{ files: FakeFiles; model: ImageModel }> {
    const files = new FakeFiles();
    const model = new ImageModel(files, file);
    model.setRoom(500, 400);
    await settle(() => files.images[0]!.answer.resolve(picture('a', { shape: [3000, 4000] })));
    return { files, model };
  }

  it('are asked for around a place, with the colours of the whole, and a margin to move in', async () => {
    const { files, model } = await looking();
    model.lookAt({ x: 2000, y: 1000 });
    await later();
    const { query } = files.images[1]!;
    expect(query).toMatchObject({ left: 1500, bottom: 600, width: 1000, height: 800, low: -0.5, high: 12.25 });
    await settle(() => files.images[1]!.answer.resolve(picture('b', { shape: [3000, 4000], step: 1, left: 1500, bottom: 600, size: [800, 1000] })));
    model.pan(100, -100);
    await later();
    expect(model.centre).toEqual({ x: 2100, y: 900 });
    expect(files.images).toHaveLength(2);
    model.pan(300, 0);
    await later();
    expect(files.images[2]!.query).toMatchObject({ left: 1900, bottom: 500 });
    model.dispose();
  });

  it('stop at the edges of the image', async () => {
    const { files, model } = await looking();
    model.lookAt({ x: 3999, y: 10 });
    model.pan(500, -500);
    await later();
    expect(model.centre).toEqual({ x: 3999, y: 0 });
    expect(files.images[1]!.query).toMatchObject({ left: 3000, bottom: 0 });
    model.dispose();
  });

  it('with another interval have the colours that it gives the whole', async () => {
    const { files, model } = await looking();
    model.lookAt({ x: 2000, y: 1000 });
    model.set({ interval: 'minmax' });
    await later();
    expect(files.images[1]!.query).toMatchObject({ interval: 'minmax', width: 256 });
    expect(files.images[1]!.query.left).toBeUndefined();
    await settle(() => files.images[1]!.answer.resolve(picture('b', { shape: [3000, 4000], low: -9, high: 9 })));
    expect(files.images[2]!.query).toMatchObject({ left: 1500, low: -9, high: 9 });
    model.dispose();
  });

  it('the next image is looked at as the last one was', () => {
    const model = new ImageModel(new FakeFiles(), file);
    model.set({ interval: 'percentile', map: 'magma', plane: 3, size: 'large' });
    model.dispose();
    expect(new ImageModel(new FakeFiles(), file).settings).toMatchObject({ interval: 'percentile', map: 'magma', plane: 0, size: 'fit' });
  });
});

describe('a FITS image', () => {
  let files: FakeFiles;
  let preview: Preview;
  let frame: HTMLElement;

  beforeEach(async () => {
    Object.assign(HTMLElement.prototype, { setPointerCapture: () => undefined });
    // Nothing is laid out here: the picture fills a frame of 400 × 300.
    jest.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({ left: 0, top: 0, width: 400, height: 300 } as DOMRect);
    jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(400);
    jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(300);
    files = new FakeFiles();
    const commands = { copy: jest.fn(), notify: jest.fn(), insertSnippet: jest.fn(), insertPath: jest.fn(), copyPath: jest.fn(), showVolume: jest.fn(), mount: null };
    await settle(() => {
      preview = new Preview({ files, file, commands, trans });
      Widget.attach(preview, document.body);
      MessageLoop.flush();
    });
    await settle(() => files.previews[0]!.answer.resolve(fits(hdu(0, 'image', { dims: [4000, 3000], unit: 'adu' }))));
    await settle(() => files.images[0]!.answer.resolve(picture('a', { shape: [3000, 4000], size: [300, 400], step: 10 })));
    frame = preview.node.querySelector<HTMLElement>('[aria-label="Picture"]')!;
  });
  afterEach(async () => {
    await settle(() => preview.dispose());
    jest.restoreAllMocks();
  });

  const pointer = (name: string, clientX: number, clientY: number): Promise<void> =>
    settle(() => void frame.dispatchEvent(new MouseEvent(name, { clientX, clientY, bubbles: true, button: 0 })));
  const press = (key: string, init: KeyboardEventInit = {}): Promise<void> =>
    settle(() => void frame.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init })));
  const line = (): string => preview.node.querySelector('[aria-label="Pixel"]')!.textContent!;

  it('tells the pixel that is pointed at, asked for when the pointer stands still', async () => {
    await pointer('pointermove', 10, 10);
    await pointer('pointermove', 100, 50);
    expect(line()).toBe('x 1001, y 2500: …');
    await later();
    expect(files.pixels.map(({ query }) => query)).toEqual([{ ...file, hdu: 0, plane: 0, x: 1000, y: 2499 }]);
    await settle(() => files.pixels[0]!.answer.resolve({ value: 0.25, unit: 'adu', world: [['RA', 150.5, 'deg'], ['DEC', -2.25, 'deg']] }));
    expect(line()).toBe('x 1001, y 2500: 0.25 adu, RA 150.500000°, Dec -2.250000° (10:02:00.000 -02:15:00.00)');
    await pointer('pointermove', 200, 50);
    await later();
    await pointer('pointermove', 201, 50);
    await later();
    expect(files.pixels[1]!.signal!.aborted).toBe(true);
    await settle(() => files.pixels[2]!.answer.reject(problem('unreadable-file', 'The file ends here.', 'Tell the archive.')));
    expect(line()).toContain('The file ends here. Tell the archive.');
    await pointer('pointerout', 0, 0);
  });

  it('shows native pixels around a click, moved by dragging and with the arrows, and all of it again', async () => {
    await pointer('pointerdown', 100, 50);
    await pointer('pointerup', 100, 50);
    await later();
    expect(files.images[1]!.query).toMatchObject({ left: 600, bottom: 2199, width: 800, height: 600 });
    await settle(() => files.images[1]!.answer.resolve(picture('b', { shape: [3000, 4000], size: [600, 800], step: 1, left: 600, bottom: 2199 })));
    const sheet = (): CSSStyleDeclaration => preview.node.querySelector<HTMLElement>('.jp-DatalabsImage-sheet')!.style;
    const before = Number.parseInt(sheet().left, 10);
    await pointer('pointerdown', 100, 100);
    await pointer('pointermove', 130, 100);
    await pointer('pointerup', 130, 100);
    expect(Number.parseInt(sheet().left, 10)).toBe(before + 30);
    await press('ArrowRight', { shiftKey: true });
    expect(Number.parseInt(sheet().left, 10)).toBe(before + 29);
    expect(line()).toContain('x 972, y 2500');
    expect(preview.node.querySelector('.jp-DatalabsImage-mark')).not.toBeNull();
    await press('Escape');
    await later();
    expect(files.images[2]!.query.left).toBeUndefined();
  });

  it('is walked with the arrows, and Enter shows native pixels there', async () => {
    await press('ArrowRight');
    expect(line()).toContain('x 2001, y 1501');
    await press('ArrowRight');
    await press('ArrowUp', { shiftKey: true });
    expect(line()).toContain('x 2081, y 1502');
    await press('Enter');
    await later();
    expect(files.images[1]!.query).toMatchObject({ left: 1680, bottom: 1201 });
  });
});

it('a spectrum is shown as its values', async () => {
  const files = new FakeFiles();
  const commands = { copy: jest.fn(), notify: jest.fn(), insertSnippet: jest.fn(), insertPath: jest.fn(), copyPath: jest.fn(), showVolume: jest.fn(), mount: null };
  const preview = new Preview({ files, file, commands, trans });
  await settle(() => Widget.attach(preview, document.body));
  await settle(() => files.previews[0]!.answer.resolve(fits(hdu(0, 'image', { dims: [700, 1] }))));
  expect(preview.node.querySelector('[role="tab"][aria-selected="true"]:not(.jp-mod-vertical *)')!.textContent).toContain('Values');
  await settle(() => files.pages[0]!.answer.resolve({ columns: [{ name: 'pixel', type: 'int64' }, { name: 'value', type: 'float32' }], rows: [[1, 0.5]], total: 700, offset: 0 }));
  expect(preview.node.textContent).toContain('of 700');
  expect(files.images).toHaveLength(0);
  await settle(() => preview.dispose());
});

describe('what is said of a picture', () => {
  it.each<[string, Partial<IFileImage['info']>]>([
    ['400 × 300 pixels, one picture point is the average of 2 × 2 pixels, values shown -0.5 to 12.25 adu', {}],
    ['400 × 300 pixels, one picture point shows one of 2 × 2 pixels, as of flags there is no average, values shown -0.5 to 12.25 adu', { how: 'nearest' }],
    ['400 × 300 pixels, every pixel, values shown 1.5e-5 to 1 adu, 1 pixel has no value (blue)', { step: 1, low: 0.000_015, high: 1, blank: 1 }],
    ['400 × 300 pixels, every pixel, values shown -0.5 to 12.25 adu (of the 10 % of the pixels that were looked at), 1,200 pixels looked at have no value (blue)', { step: 1, seen: 12_000, blank: 1200 }],
    ['400 × 300 pixels, every pixel, values shown -0.5 to 12.25 adu, blue pixels have no value', { step: 1, left: 0, seen: 100, blank: 5 }],
    ['400 × 300 pixels, every pixel, no pixel has a value', { step: 1, low: null, high: null, blank: 120_000 }]
  ])('%s', (words, change) => expect(imageLine(info(change), true, 'adu', trans)).toBe(words));

  it.each<[string, Pick<IPixel, 'world' | 'approximate'>]>([
    ['', {}],
    ['RA 359.999999°, Dec 0.000000° (00:00:00.000 +00:00:00.00)', { world: [['RA', 359.999_999, 'deg'], ['DEC', 0, 'deg']] }],
    ['≈ GLON 12.500000°, GLAT -0.250000°', { world: [['GLON', 12.5, 'deg'], ['GLAT', -0.25, 'deg']], approximate: true }],
    ['WAVE 5.02e-7 m', { world: [['WAVE', 5.02e-7, 'm']] }]
  ])('%j', (words, world) => expect(worldText(world)).toBe(words));

  it('a pixel without a value has none, and one that is large is exact', () => {
    const said = (value: unknown): string => pixelLine({ x: 0, y: 1 }, { kind: 'ready', value: { value } }, 'adu', trans);
    expect(['NaN', null, '9223372036854775807', 0.000_01].map(said)).toEqual(['x 1, y 2: no value', 'x 1, y 2: no value', 'x 1, y 2: 9223372036854775807 adu', 'x 1, y 2: 1e-5 adu']);
  });
});
