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

/** In how many ways a part can match: `2 ** bits * length ** lengths`, or two to the power of the length. */
interface Ways {
  readonly bits: number;
  readonly lengths: number;
  readonly explodes: boolean;
}

const ONE_WAY: Ways = { bits: 0, lengths: 0, explodes: false };
/** Ways that no text makes more of, and that are too few to count. */
const FEW_BITS = 6;

/**
 * How many steps a search that goes back takes at worst: it may try each way in which the parts can match together, from
 * each place of the text. Undefined: they are few whatever the text.
 */
function workOf(source: string): ((length: number) => number) | undefined {
  const { bits, lengths, explodes } = waysOf(source.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x'));
  if (lengths === 0 && !explodes && bits <= FEW_BITS) return undefined;
  return (length) => (explodes ? 2 ** length : 2 ** bits * length ** (lengths + 1));
}

/** What stands between two brackets as it is read: alternatives that are whole, the one that is read, and its last part. */
interface Open {
  readonly alternatives: Ways[];
  before: Ways;
  last: Ways;
}

/** Alternatives add up, parts in a row multiply, a part that is repeated multiplies with itself. */
function waysOf(bare: string): Ways {
  const open: Open[] = [{ alternatives: [], before: ONE_WAY, last: ONE_WAY }];
  const opening = /\((?:\?(?:<[A-Za-z]\w*>|<?[=!]|:))?/y;
  const repetition = /(?:([*+?])|\{(\d*)(,?)(\d*)\})\??/y;
  for (let i = 0; i < bare.length; ) {
    const here = open.at(-1) as Open;
    const [begun, repeated] = [opening, repetition].map((expression) => {
      expression.lastIndex = i;
      return expression.exec(bare);
    });
    i += begun?.[0].length ?? repeated?.[0].length ?? 1;
    if (begun) open.push({ alternatives: [], before: ONE_WAY, last: ONE_WAY });
    else if (repeated) {
      const [, sign, least = '', comma, most = ''] = repeated;
      if (sign === '?') here.last = either([ONE_WAY, here.last]);
      else if (sign !== undefined || (comma === ',' && most === '')) here.last = anyTimes(here.last);
      else here.last = upTo(here.last, Number(least), Number(comma === ',' ? most : least));
    } else if (bare[i - 1] === '|') {
      here.alternatives.push(inARow(here.before, here.last));
      here.before = ONE_WAY;
      here.last = ONE_WAY;
    } else if (bare[i - 1] === ')' && open.length > 1) {
      open.pop();
      const outer = open.at(-1) as Open;
      outer.before = inARow(outer.before, outer.last);
      outer.last = closed(here);
    } else {
      here.before = inARow(here.before, here.last);
      here.last = ONE_WAY;
    }
  }
  return closed(open[0] as Open);
}

const closed = ({ alternatives, before, last }: Open): Ways => either([...alternatives, inARow(before, last)]);

const inARow = (a: Ways, b: Ways): Ways => ({
  bits: a.bits + b.bits,
  lengths: a.lengths + b.lengths,
  explodes: a.explodes || b.explodes,
});

const either = (ways: readonly Ways[]): Ways => ({
  bits: Math.log2(ways.reduce((sum, { bits }) => sum + 2 ** Math.min(bits, 1000), 0)),
  lengths: ways.reduce((most, { lengths }) => Math.max(most, lengths), 0),
  explodes: ways.some(({ explodes }) => explodes),
});

const anyTimes = ({ bits, lengths, explodes }: Ways): Ways => ({
  bits: 0,
  lengths: 1,
  explodes: explodes || bits > 0 || lengths > 0,
});

const upTo = ({ bits, lengths, explodes }: Ways, least: number, most: number): Ways => ({
  bits: bits * most + Math.log2(Math.max(1, most - least + 1)),
  lengths: lengths * most,
  explodes,
});
