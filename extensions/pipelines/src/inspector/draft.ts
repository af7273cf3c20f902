import * as React from 'react';

export interface IDraft {
  /** What the field shows. */
  text: string;
  /** Why it was refused, null for what was not. */
  refusal: string | null;
  /** Somebody else has changed the value since typing began. */
  isOutdated: boolean;
  change(text: string): void;
  /** Takes what is typed; `wanted` instead of it, where it is made by a button. */
  commit(wanted?: string): void;
  restore(): void;
}

/**
 * What is typed until it is taken: it outlives changes by others, and a refusal. `take` gives the sentence of a refusal, null for done.
 */
export function useDraft(value: string, take: (text: string) => string | null): IDraft {
  const [draft, setDraft] = React.useState<{ text: string; base: string } | null>(null);
  const [refusal, setRefusal] = React.useState<string | null>(null);
  const clear = (): void => {
    setDraft(null);
    setRefusal(null);
  };
  return {
    text: draft?.text ?? value,
    refusal,
    isOutdated: draft !== null && draft.base !== value && draft.text !== value,
    change: text => {
      setDraft({ text, base: draft?.base ?? value });
      setRefusal(null);
    },
    commit: wanted => {
      const text = wanted ?? draft?.text;
      if (text === undefined || text === value) {
        clear();
        return;
      }
      const sentence = take(text);
      if (sentence === null) {
        clear();
      } else {
        setDraft({ text, base: draft?.base ?? value });
        setRefusal(sentence);
      }
    },
    restore: clear
  };
}
