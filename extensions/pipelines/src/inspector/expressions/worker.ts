import { evaluate } from './evaluate';
import type { IEvaluation, MakeFunction } from './evaluate';

/** What a worker has, as far as it is used here; the types of the window are another's. */
interface IScope {
  onmessage: ((event: { data: IEvaluation }) => void) | null;
  postMessage(message: unknown): void;
}

const scope = self as unknown as IScope;
const post = scope.postMessage.bind(scope);
const NativeFunction = Function;
const make: MakeFunction = (parameters, body) => new NativeFunction(...parameters, body) as (...values: unknown[]) => unknown;

/** All that an expression may see; whatever else a browser brings, and will bring, is taken away. */
const LANGUAGE = new Set(
  (
    'Object Array Number String Boolean Symbol BigInt Math JSON Date RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError Map Set WeakMap WeakSet ' +
    'Promise Proxy Reflect ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array ' +
    'parseInt parseFloat isNaN isFinite NaN Infinity undefined decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape globalThis Intl Iterator'
  ).split(' ')
);

/** Closes all ways out: network, other scripts, timers that outlive the answer, and the making of functions that read code. */
function close(): void {
  for (let at: object | null = scope; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!LANGUAGE.has(name) && name !== 'constructor') {
        hide(at, name);
      }
    }
  }
  for (const sample of [function () {}, async function () {}, function* () {}, async function* () {}]) {
    hide(Object.getPrototypeOf(sample) as object, 'constructor');
  }
}

function hide(owner: object, name: string): void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name);
  if (descriptor?.configurable) {
    Object.defineProperty(owner, name, { value: undefined, configurable: false, writable: false });
  } else if (descriptor?.writable) {
    (owner as { [name: string]: unknown })[name] = undefined;
  }
}

scope.onmessage = ({ data }) => {
  // One evaluation in a life: what it leaves behind is gone with the worker.
  scope.onmessage = null;
  close();
  post(evaluate(data, make));
};
post('ready');
