import { type ParsedScript, parse } from 'unbash';

export interface Parsed {
  readonly script: ParsedScript;
  /** What is wrong, in the words of ash, and where. */
  readonly error: { readonly message: string; readonly pos: number } | undefined;
}

/** Scripts already read. Pure data, and most containers run the same few over and over. */
const CACHE = new Map<string, Parsed>();
const CACHE_SIZE = 300;

export function parseScript(source: string): Parsed {
  const known = CACHE.get(source);
  if (known !== undefined) return known;
  const script = parse(source);
  const [first] = script.errors ?? [];
  const parsed: Parsed = {
    script,
    error: first === undefined ? undefined : { message: wording(first.message), pos: first.pos },
  };
  if (CACHE.size >= CACHE_SIZE) CACHE.clear();
  CACHE.set(source, parsed);
  return parsed;
}

/** True when the text is the beginning of something longer: an interactive shell asks for more. */
export function isIncomplete(source: string): boolean {
  const { error } = parseScript(source);
  return error !== undefined && /unterminated|end of file/.test(error.message);
}

function wording(message: string): string {
  if (/unterminated/.test(message)) {
    return /quote/.test(message) ? 'syntax error: unterminated quoted string' : `syntax error: ${message}`;
  }
  const closing = /^expected '(\w+|[)}])' to close/.exec(message);
  if (closing !== null) return `syntax error: unexpected end of file (expecting "${closing[1]}")`;
  const token = /^unexpected token '(.+)'/.exec(message);
  if (token !== null) return `syntax error: unexpected "${token[1]}"`;
  return `syntax error: ${message}`;
}
