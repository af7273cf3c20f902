// What every browser has and jsdom has not: the stream classes, needed to read server-sent events.
const streams = require('node:stream/web');
const util = require('node:util');

for (const name of [
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'TextDecoderStream',
  'TextEncoderStream'
]) {
  globalThis[name] ??= streams[name];
}
globalThis.TextDecoder ??= util.TextDecoder;
globalThis.TextEncoder ??= util.TextEncoder;
