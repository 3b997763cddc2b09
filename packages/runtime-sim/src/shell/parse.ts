import { type ParsedScript, parse } from 'unbash';

export interface Parsed {
  readonly script: ParsedScript;
  /** What is wrong, in the words of ash, and where. */
  readonly error: { readonly message: string; readonly pos: number } | undefined;
}

/** Scripts already read. Pure data, and most containers run the same few over and over. */
const CACHE = new Map<string, Parsed>();
const CACHE_SIZE = 300;
/** Longer ones are read anew: together they could take more memory than there is. */
const LONGEST_CACHED = 64 * 1024;

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
  if (source.length > LONGEST_CACHED) return parsed;
  if (CACHE.size >= CACHE_SIZE) CACHE.clear();
  CACHE.set(source, parsed);
  return parsed;
}

/**
 * Whether the text is the beginning of something longer, so that an interactive shell asks for more: `until` is what the line says
 * alone that has to come for it to be whole, where there must be one. Undefined: it is whole, or wrong.
 */
export function incomplete(source: string): { readonly until: string | undefined } | undefined {
  const { script, error } = parseScript(source);
  if (error !== undefined && !/unterminated|end of file|EOF|missing/.test(error.message)) return undefined;
  const until = source.includes('<<') ? openHereDoc(script) : undefined;
  return error === undefined && until === undefined ? undefined : { until };
}

/** What ends the first here-document that has no end yet. */
function openHereDoc(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('operator' in node && 'type' in node && node.type === 'HereDoc') {
    const { closing, delimiter } = node as {
      readonly closing?: unknown;
      readonly delimiter?: { readonly value?: string };
    };
    return closing === undefined ? (delimiter?.value ?? '') : undefined;
  }
  for (const part of Object.values(node)) {
    const found = openHereDoc(part);
    if (found !== undefined) return found;
  }
  return undefined;
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
