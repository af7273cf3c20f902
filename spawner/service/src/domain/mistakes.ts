const KINDS: Partial<Record<string, string>> = {
  object: 'a section, its settings below it and indented', array: 'a list, such as [one, two]', number: 'a number without a unit', int: 'a whole number without a unit', boolean: 'true or false', string: 'text; quotes make numbers text'
};
const NUMBERS = ['number', 'int'];

/** What a schema found, as far as it is told here. */
interface Issue {
  code?: string | undefined;
  input?: unknown;
  expected?: string;
  values?: readonly unknown[];
  origin?: string;
  inclusive?: boolean;
  minimum?: unknown;
  maximum?: unknown;
}

/** What is wrong with a value and what it must be, for the schemas that do not say so themselves. */
export function mistake({ code, input, expected = '', values = [], origin = '', inclusive, minimum, maximum }: Issue): string | undefined {
  switch (code) {
    case 'invalid_type':
      return input === undefined ? 'is missing' : `must be ${KINDS[expected] ?? expected}`;
    case 'invalid_value':
      return `must be one of ${values.map(String).join(', ')}`;
    case 'too_small':
      return NUMBERS.includes(origin) ? `must be ${inclusive ? 'at least' : 'more than'} ${minimum}` : minimum === 1 ? 'must not be empty' : `needs at least ${minimum} characters`;
    case 'too_big':
      return NUMBERS.includes(origin) ? `must be at most ${maximum}` : `has room for ${maximum} characters`;
    default:
      return undefined;
  }
}
