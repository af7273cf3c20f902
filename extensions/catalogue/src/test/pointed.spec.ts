import { Catalogue } from '../catalogue';
import { tellPointed } from '../pointed';
import { FakeHub, session, settle } from './fixtures';

let told: string[];
let card: HTMLElement;
let fake: FakeHub;

async function setUp() {
  fake = new FakeHub();
  told = [];
  Object.assign(fake.client, { warmDatalab: async ({ body }: { body: { datalab: string } }) => void told.push(body.datalab) });
  const catalogue = new Catalogue(fake.asHub);
  fake.connect();
  await settle();
  let time = 0;
  const telling = tellPointed({ catalogue, hub: fake.asHub, category: 'Datalabs', now: () => time });
  jest.useFakeTimers();
  return { telling, later: (ms: number) => (time += ms) };
}

const point = (at: Element, event = 'pointerover'): void => {
  at.dispatchEvent(new Event(event, { bubbles: true }));
};
const rest = (): void => void jest.advanceTimersByTime(200);

beforeEach(() => {
  document.body.innerHTML = `<main><div class="jp-LauncherCard" data-category="Datalabs" title="TOPCAT: About topcat"><svg></svg><p class="jp-LauncherCard-label">TOPCAT\nDesktop</p></div>
    <div class="jp-LauncherCard" data-category="Notebook" title="TOPCAT: About topcat"><p class="jp-LauncherCard-label">TOPCAT</p></div></main>`;
  card = document.querySelector('.jp-LauncherCard')!;
});
afterEach(() => jest.useRealTimers());

describe('a card', () => {
  it.each(['pointerover', 'focusin'])('that has the pointer or the keyboard is told to the hub (%s)', async event => {
    const { telling } = await setUp();
    point(card.querySelector('svg')!, event);
    point(card.querySelector('p')!, event);
    expect(told).toEqual([]);
    rest();
    expect(told).toEqual(['topcat']);
    telling.dispose();
  });

  it('that the pointer only crosses is not, nor one of another kind', async () => {
    const { telling } = await setUp();
    point(card);
    point(document.body);
    rest();
    point(document.querySelectorAll('.jp-LauncherCard')[1]);
    rest();
    expect(told).toEqual([]);
    telling.dispose();
  });

  it('is told again only after a while, and not while its datalab runs', async () => {
    const { telling, later } = await setUp();
    const again = (): void => {
      point(card);
      rest();
      point(document.body);
    };
    again();
    again();
    expect(told).toHaveLength(1);
    later(61_000);
    again();
    expect(told).toHaveLength(2);
    later(61_000);
    fake.put(session('topcat'));
    again();
    expect(told).toHaveLength(2);
    telling.dispose();
    later(61_000);
    fake.remove('topcat');
    again();
    expect(told).toHaveLength(2);
  });
});
