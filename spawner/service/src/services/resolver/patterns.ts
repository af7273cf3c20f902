import type { Match } from './look.js';
import type { Said } from './match.js';

/** Addresses that are asked about at once. */
const CHUNK = 500;

/**
 * Asks patterns of operators about URLs of users, in a process that has nothing else to do: some patterns take for ever on some text, and then nothing else goes on there.
 * One that takes too long is out for the rest of this request.
 */
export async function ask(match: Match, { patterns, urls, onSlow, signal }: { patterns: readonly string[]; urls: readonly string[]; onSlow: (pattern: string) => void; signal?: AbortSignal | undefined }): Promise<Said> {
  const said = new Map(patterns.map(pattern => [pattern, new Map<string, { path?: string | undefined; name?: string | undefined } | 'unread'>()]));
  let open = [...said.keys()];
  for (let at = 0; at < urls.length && open.length > 0; at += CHUNK) {
    const chunk = urls.slice(at, at + CHUNK);
    const answers = await match(open, chunk, signal);
    open = open.filter((pattern, index) => {
      const found = answers === 'silent' ? 'slow' : answers[index]!;
      if (found === 'slow') {
        onSlow(pattern);
        urls.slice(at).forEach(url => said.get(pattern)!.set(url, 'unread'));
        return false;
      }
      found.forEach(([of, path, name]) => said.get(pattern)!.set(chunk[of]!, { path, name }));
      return true;
    });
  }
  return said;
}
