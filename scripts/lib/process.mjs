import { readFileSync } from 'node:fs';

/** Start time of a process in clock ticks, '' for a dead one: with the pid, the identity of a process. */
export function startTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
}

/** Words of a small file, none if it is not there. */
export function readWords(path) {
  try {
    return readFileSync(path, 'utf8').split(' ');
  } catch {
    return [];
  }
}
