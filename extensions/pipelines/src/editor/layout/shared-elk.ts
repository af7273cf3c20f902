import { elkArrange } from './elk';
import { SharedEngine } from './shared';

/** The engine of all pipelines of the page. */
export const sharedElk = new SharedEngine(() => elkArrange(() => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url))));
