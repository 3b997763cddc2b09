import { command, Failure, UsageError } from './support/command.ts';
import { replaceEscapes } from './support/escapes.ts';
import { Output } from './support/input.ts';
import { parseOptions } from './support/options.ts';

/** Replaces, deletes or squeezes characters. */
export const tr = command('[-cds] STRING1 [STRING2]', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+cCdst');
  const [first, second] = options.operands;
  const deletes = options.has('d');
  const squeezes = options.has('s');
  if (first === undefined || (second === undefined && !deletes && !squeezes)) throw new UsageError('');
  const set = expandSet(first);
  const other = second === undefined ? [] : expandSet(second);
  const complement = options.has('c') || options.has('C');
  const members = new Set(set);
  const inFirst = (char: string): boolean => members.has(char) !== complement;
  const map = new Map<string, string>();
  const lastOther = other.at(-1);
  if (!deletes && lastOther !== undefined && !complement)
    for (const [i, char] of set.entries()) map.set(char, other[i] ?? lastOther);
  if (!deletes && second !== undefined && lastOther === undefined) throw new Failure('STRING2 cannot be empty');
  const squeezed = new Set(second === undefined || (deletes && second === undefined) ? [] : other);
  const squeezable = (char: string): boolean => (second === undefined ? inFirst(char) : squeezed.has(char));
  const out = new Output(process.stdout);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let previous: string | undefined;
  for (let bytes = await process.stdin.read(); bytes !== undefined; bytes = await process.stdin.read()) {
    let text = '';
    for (const char of decoder.decode(bytes, { stream: true })) {
      if (deletes && inFirst(char)) continue;
      const mapped =
        deletes || lastOther === undefined
          ? char
          : complement
            ? inFirst(char)
              ? lastOther
              : char
            : (map.get(char) ?? char);
      if (squeezes && mapped === previous && squeezable(mapped)) continue;
      previous = mapped;
      text += mapped;
    }
    out.add(text);
    await out.flush();
  }
  return 0;
});

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /\d/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters
  cntrl: /[\x00-\x1f\x7f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
};

function expandSet(text: string): string[] {
  const set: string[] = [];
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i);
    const named = /^\[:(\w+):\]/.exec(rest);
    const pattern = named === null ? undefined : CLASSES[named[1] ?? ''];
    if (named !== null && pattern !== undefined) {
      for (let code = 0; code < 128; code++)
        if (pattern.test(String.fromCharCode(code))) set.push(String.fromCharCode(code));
      i += named[0].length;
      continue;
    }
    const equal = /^\[=(.)=\]/u.exec(rest);
    if (equal !== null) {
      set.push(equal[1] ?? '');
      i += equal[0].length;
      continue;
    }
    const [from, length] = oneChar(rest);
    i += length;
    if (text[i] === '-' && i + 1 < text.length) {
      const [to, toLength] = oneChar(text.slice(i + 1));
      const last = to.codePointAt(0) ?? 0;
      for (let code = from.codePointAt(0) ?? 0; code <= last; code++) set.push(String.fromCodePoint(code));
      i += 1 + toLength;
    } else set.push(from);
  }
  return set;
}

function oneChar(text: string): readonly [string, number] {
  const escaped = /^\\(?:[0-7]{1,3}|[abfnrtv\\])/.exec(text);
  if (escaped !== null) return [replaceEscapes(escaped[0]).text, escaped[0].length];
  if (text[0] === '\\' && text.length > 1) return [text[1] ?? '', 2];
  const char = String.fromCodePoint(text.codePointAt(0) ?? 0);
  return [char, char.length];
}
