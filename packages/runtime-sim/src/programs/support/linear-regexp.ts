import { RE2JS, RE2JSException } from 're2js';
import { Failure } from './command.ts';

/** Steps that a search may take at most before it is left to the engine that never goes back. */
const MOST_STEPS = 1_000_000;

type Matcher = ReturnType<RE2JS['matcher']>;

/** A regular expression that is safe to search for in any text. @throws {SyntaxError} */
export function safeRegExp(source: string, flags: string): RegExp {
  const made = new RegExp(source, flags);
  return workOf(made.source) === undefined ? made : new LinearRegExp(made);
}

/**
 * A regular expression that nobody can make go back and forth for ever: where the pattern and the text could
 * (`(a+)+$`), an engine whose time grows with the text alone does the work. That one knows neither back-references nor
 * looking around; such patterns are refused with texts for which they could take too long.
 *
 * It is a RegExp: `replace`, `split`, `matchAll` and `test` go through its `exec`.
 */
class LinearRegExp extends RegExp {
  readonly #work: (length: number) => number;
  #linear: RE2JS | undefined;
  /** The last text that was searched: those who look for all matches ask again and again. */
  #last: { readonly text: string; readonly matcher: Matcher } | undefined;

  constructor(source: string | RegExp, flags?: string) {
    super(source, flags);
    this.#work = workOf(this.source) ?? (() => 0);
  }

  /** @throws {Failure} */
  override exec(text: string): RegExpExecArray | null {
    if (this.#work(text.length) <= MOST_STEPS) return super.exec(text);
    this.#linear ??= linear(this.source, this.flags);
    const keeps = this.global || this.sticky;
    const from = keeps ? this.lastIndex : 0;
    if (this.#last?.text !== text) this.#last = { text, matcher: this.#linear.matcher(text) };
    const { matcher } = this.#last;
    const found = from <= text.length && matcher.find(from) && (!this.sticky || matcher.start() === from);
    if (keeps) this.lastIndex = found ? matcher.end() : 0;
    if (!found) return null;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? undefined);
    const names = Object.entries(this.#linear.namedGroups());
    return Object.assign(groups as [string, ...string[]], {
      index: matcher.start(),
      input: text,
      groups:
        names.length === 0 ? undefined : Object.fromEntries(names.map(([name, group]) => [name, groups[group] ?? ''])),
    });
  }
}

/** @throws {Failure} where it cannot be searched for that way */
function linear(source: string, flags: string): RE2JS {
  const bits =
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.includes('s') ? RE2JS.DOTALL : 0) |
    (flags.includes('m') ? RE2JS.MULTILINE : 0);
  try {
    return RE2JS.compile(RE2JS.translateRegExp(source), bits);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new Failure(`regular expression too complex for so long a text: ${source}`, 2);
  }
}

/**
 * How many steps a search that goes back takes at worst: the length to the power of how many parts may be of any length,
 * and two to the power of it where such a part is repeated itself. Undefined: no part is repeated.
 */
function workOf(source: string): ((length: number) => number) | undefined {
  const bare = source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x');
  let parts = 0;
  let explodes = false;
  const open: { loose: boolean }[] = [];
  for (let i = 0; i < bare.length; i++) {
    const repeats = /^(?:[*+]|\{\d*,\d*\})/.exec(bare.slice(i, i + 12)) !== null && i > 0;
    if (bare[i] === '(') open.push({ loose: false });
    else if (bare[i] === '|') for (const group of open) group.loose = true;
    else if (repeats) {
      parts++;
      for (const group of open) group.loose = true;
    } else if (bare[i] === ')') {
      const closed = open.pop();
      const next = bare.slice(i + 1, i + 12);
      if (closed?.loose === true && /^(?:[*+]|\{\d*,|\{(?:[3-9]|\d\d+)\})/.test(next)) explodes = true;
    }
  }
  if (parts === 0 && !explodes) return undefined;
  // From each place of the text it begins anew.
  return (length) => (explodes ? 2 ** length : length ** (parts + 1));
}
