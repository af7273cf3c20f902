/**
 * Loaded into a hub that shall die: kills it with SIGKILL when it has written a line with the text DIE_AT to its log, at once or DIE_AFTER_MS later.
 * Nothing of the program runs between that line and its death at once, so that the line is the proof of where it died.
 */
import fs from 'node:fs';

const { DIE_AT: text, DIE_AFTER_MS: after } = process.env;
const die = () => process.kill(process.pid, 'SIGKILL');
const write = fs.writeSync;

fs.writeSync = (...call) => {
  const written = write(...call);
  if (String(call[1]).includes(text)) {
    if (after === undefined) {
      die();
    } else {
      setTimeout(die, Number(after));
    }
  }
  return written;
};
