import type { TextChange } from './change.js';
import { inverse, mapOver } from './compose.js';

/** How many steps back. */
const MOST = 500;

/** What was done to a text and can be undone. Each step is told from the text as it is when its turn comes. */
export class History {
  private undos: TextChange[][] = [];
  private redos: TextChange[][] = [];

  /** Somebody did something here. */
  did(text: string, changes: readonly TextChange[]): void {
    this.undos.push(inverse(text, changes));
    if (this.undos.length > MOST) this.undos.shift();
    this.redos = [];
  }

  /** Somebody else did something that is not ours to undo: the steps move to where their text is now. */
  othersDid(changes: readonly TextChange[]): void {
    this.undos = moved(this.undos, changes);
    this.redos = moved(this.redos, changes);
  }

  /** The changes that undo the last step; `text` is the text that they are for. */
  undo(text: string): TextChange[] | null {
    return step(this.undos, this.redos, text);
  }

  redo(text: string): TextChange[] | null {
    return step(this.redos, this.undos, text);
  }
}

function step(from: TextChange[][], to: TextChange[][], text: string): TextChange[] | null {
  for (let changes = from.pop(); changes; changes = from.pop()) {
    if (!changes.length) continue;
    to.push(inverse(text, changes));
    return changes;
  }
  return null;
}

function moved(stack: readonly TextChange[][], changes: readonly TextChange[]): TextChange[][] {
  const result: TextChange[][] = [];
  let others = changes;
  for (let i = stack.length - 1; i >= 0; i--) {
    result.unshift(mapOver(stack[i], others, 'before'));
    others = mapOver(others, stack[i], 'after');
  }
  return result;
}
