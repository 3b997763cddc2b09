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
    error:
      first === undefined ? undefined : { message: wording(first.message, source.slice(first.pos)), pos: first.pos },
  };
  if (CACHE.size >= CACHE_SIZE) CACHE.clear();
  CACHE.set(source, parsed);
  return parsed;
}

/** True when the text is the beginning of something longer: an interactive shell asks for more. */
export function isIncomplete(source: string): boolean {
  const { script, error } = parseScript(source);
  if (error !== undefined) return /unterminated|end of file|EOF|missing/.test(error.message);
  return source.includes('<<') && hasOpenHereDoc(script);
}

function hasOpenHereDoc(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('operator' in node && 'type' in node && node.type === 'HereDoc') {
    return (node as { readonly closing?: unknown }).closing === undefined;
  }
  return Object.values(node).some(hasOpenHereDoc);
}

function wording(message: string, rest: string): string {
  const open = /^unterminated (.+)/.exec(message)?.[1];
  if (open !== undefined) {
    if (/quote/.test(open)) return 'syntax error: unterminated quoted string';
    if (open === 'backtick') return 'syntax error: EOF in backquote substitution';
    if (open === 'parameter expansion') return "syntax error: missing '}'";
    if (open === 'arithmetic expansion') return "syntax error: missing '))'";
    return 'syntax error: unexpected end of file (expecting ")")';
  }
  const token = /^unexpected token '(.+)'/.exec(message)?.[1] ?? /^\s*(\w+|\S{1,2})/.exec(rest)?.[1];
  const wanted = /^expected '([^']+)'/.exec(message)?.[1];
  const expecting = wanted === undefined ? '' : ` (expecting "${wanted === 'esac' ? ';;' : wanted}")`;
  return `syntax error: unexpected ${token === undefined ? 'end of file' : `"${token}"`}${expecting}`;
}
