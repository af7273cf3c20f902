/** Bytes of a log line beyond which its fields give way; collectors cut or refuse longer ones. */
export const LINE_LIMIT = 16 * 1024;
/** Room for the fields of a line: the rest is level, time and punctuation. */
const FIELDS = 13 * 1024;
const STRING = 4 * 1024;
const MESSAGE = 1024;
const ITEMS = 50;
const DEPTH = 6;
const CAUSES = 4;

/** Parameters whose value never appears in a log. */
const SECRET_PARAMETERS = new Set([
  'token', 'code', 'state', '_xsrf', 'client_secret', 'code_verifier', 'code_challenge', 'access_token', 'refresh_token', 'id_token', 'id_token_hint', 'password', 'secret', 'nonce'
]);
/** Fields that never appear in a log, however deep: headers, and what our own objects call such things. */
const SECRET_FIELD = /^(?:authorization|proxy-?authorization|(?:set-)?cookies?|password|passwd|x-xsrftoken|_?xsrf|(?:\w*_|\w*-)?(?:api_?|access_?|refresh_?|id_?)?(?:token|secret)|\w+(?:Token|Secret|Password))$/i;
/** Secrets inside sentences, such as those of an error that quotes a header or an address. */
const SECRET_TEXT: [RegExp, string][] = [
  [/\b(token|bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi, '$1$2hidden'],
  [/\b((?:set-)?cookie|authorization|x-xsrftoken)(["']?\s*[:=]\s*)[^\r\n]+/gi, '$1$2hidden'],
  [/([?&;](?:token|code|state|_xsrf|client_secret|code_verifier|access_token|refresh_token|id_token|password|secret|nonce)=)[^&\s"'<>#]+/gi, '$1hidden'],
  [/\b(datalabs-session|jupyterhub-session-id|_xsrf)=[^;\s"']+/gi, '$1=hidden'],
  [/\b((?:access|refresh|id|api)_?token|client_secret|password)(["']?\s*[:=]\s*["']?)[^\s"',}&]+/gi, '$1$2hidden']
];

/** A request's address without the values of secret parameters, nor those inside a `next` that carries some. */
export function redactUrl(url: string): string {
  const at = url.indexOf('?');
  if (at < 0) {
    return shorten(url, MESSAGE);
  }
  const query = new URLSearchParams(url.slice(at + 1));
  for (const [key, value] of [...query]) {
    if (SECRET_PARAMETERS.has(key.toLowerCase())) {
      query.set(key, 'hidden');
    } else if (value.includes('?')) {
      query.set(key, redactUrl(value));
    }
  }
  return shorten(`${url.slice(0, at)}?${query.toString()}`, MESSAGE);
}

/** A sentence as it may be logged. */
export function redactText(text: string, limit = MESSAGE): string {
  // Cut before it is searched: a megabyte of somebody's input is not worth the time. What the cut leaves of a secret is still found by its beginning.
  let result = shorten(text, limit);
  for (const [pattern, by] of SECRET_TEXT) {
    result = result.replace(pattern, by);
  }
  return result;
}

/** Fields as they may be logged: no secrets, no more than fits a line, errors by what they say and not by what somebody hung on to them. */
export function redactFields(fields: object): object {
  const budget = { left: FIELDS };
  return clean(fields, DEPTH, budget, new Set()) as object;
}

function clean(value: unknown, depth: number, budget: { left: number }, above: Set<object>): unknown {
  if (typeof value === 'string') {
    const room = Math.min(STRING, budget.left);
    const text = redactText(value, room);
    budget.left -= Math.min(room, jsonBytes(text));
    return text;
  }
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
    return clean(String(value), depth, budget, above);
  }
  if (typeof value !== 'object' || value === null) {
    budget.left -= 8;
    return value;
  }
  if (depth === 0 || budget.left <= 0 || above.has(value)) {
    return '…';
  }
  if (value instanceof Date) {
    return clean(Number.isNaN(value.getTime()) ? 'invalid date' : value.toISOString(), depth, budget, above);
  }
  const inside = new Set(above).add(value);
  if (value instanceof Error) {
    return clean(plain(value, CAUSES), depth, budget, inside);
  }
  if (ArrayBuffer.isView(value)) {
    return `${value.byteLength} bytes`;
  }
  if (Array.isArray(value)) {
    return value.slice(0, ITEMS).map(item => clean(item, depth - 1, budget, inside));
  }
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value).slice(0, ITEMS)) {
    if (budget.left <= 0) {
      break;
    }
    const name = shorten(key, 64);
    budget.left -= jsonBytes(name) + 2;
    // An address has secrets in places that sentences have not.
    result[name] = SECRET_FIELD.test(key) && inner !== null && inner !== undefined ? 'hidden' : key === 'url' && typeof inner === 'string' ? clean(redactUrl(inner), depth, budget, inside) : clean(inner, depth - 1, budget, inside);
  }
  return result;
}

function plain(error: Error, causes: number): object {
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    // The message is its first line already, and may be long.
    stack: (error.stack ?? '').split('\n').filter(line => /^\s+at /.test(line)).slice(0, 12).join('\n'),
    ...(error.cause !== undefined && error.cause !== error && causes > 0 && { cause: error.cause instanceof Error ? plain(error.cause, causes - 1) : String(error.cause) })
  };
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** At most so many bytes when written as JSON, with the length of the rest in its place. */
function shorten(text: string, limit: number): string {
  if (text.length <= limit / 6 || (text.length <= limit && jsonBytes(text) <= limit)) {
    return text;
  }
  let kept = text.slice(0, Math.max(0, limit - 32));
  while (kept.length > 0 && jsonBytes(kept) > limit - 32) {
    kept = kept.slice(0, Math.floor((kept.length * (limit - 32)) / jsonBytes(kept)));
  }
  return `${kept}… (${text.length} characters)`;
}
